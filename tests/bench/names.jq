# What rows and contenders are called, for eyes.
def ways: {down: ", to the guest", up: ", from the guest"};
def rows: {tcp1: "TCP, one stream", tcp4: "TCP, four streams",
	nat: "TCP through NAT, one stream, uplink of MTU 1500",
	rr: "UDP round trips, one at a time",
	rr1: "UDP round trips beside a TCP stream", rr8: "UDP round trips beside 8 TCP streams",
	fair1: "Two guests at once, a TCP stream each", fair8: "Two guests at once, one TCP stream and 8",
	pour: "TCP, one stream, beside datagrams for another guest, which reads or is stalled",
	"pour-rr": "UDP round trips beside datagrams for another guest, which reads or is stalled",
	"askers-rr": "UDP round trips beside hostile clients of the control socket, or of another",
	udp64: "UDP of which none is lost, 64 bytes", udp1472: "UDP of which none is lost, 1472 bytes",
	frame: "CPU of a full-size frame", memory: "Memory", qemu: "TCP, one stream, a guest under QEMU (TCG)"};
def title: . as $measure | rows[$measure] // ((rows[$measure | split("-")[0]] // $measure)
	+ (ways[$measure | split("-") | last] // ""));

def contenders: {"ours-switch": "vde_vmnet switch://", "ours-ptp": "vde_vmnet ptp://",
	"ours-stream": "vde_vmnet stream://", "ours-seqpacket": "vde_vmnet seqpacket://",
	"ours-tap": "vde_vmnet tap://", "ours-beside-taps": "switch://, with tap:// beside it", "bridge-tap": "a TAP at a bridge, by hand",
	"ours-client": "vde_vmnet at a vde_switch", "vde-switch": "vde_switch -tap", "vde-plug": "vde_plug and a TAP",
	"libvdeplug-switch": "libvdeplug's switch://", "vdeplug-slirp": "vdeplug_slirp", veth: "veth, no emulator"};
def more: if . == null then "" elif test("^[0-9]+$") then ", \(.) idle guests" else ", \(.)" end;
def contender: (ltrimstr("qemu:") | capture("^(?<name>[^/+]*)(/(?<mtu>[0-9]+))?(\\+(?<more>.*))?$")) as $part
	| (contenders[$part.name] // $part.name) + (if $part.mtu then ", MTU \($part.mtu)" else "" end) + ($part.more | more);

# Two or three digits that say something.
def short: if . == null then "-" else fabs as $size | if $size >= 100 then round elif $size >= 10 then . * 10 | round / 10
	elif $size >= 0.1 or . == 0 then . * 100 | round / 100
	elif $size >= 0.01 then . * 1000 | round / 1000 else . * 10000 | round / 10000 end | tostring end;

# Of the whole run: of what, when, on what, how.
def run: "\(.version), \(.date), Linux \(.kernel), \(.machine), runs of \(.seconds) s"
	+ (if .load >= 0.5 then ", beside other work (load \(.load))" else "" end);
def command: "sudo make bench\(if .part then " \(.part)" else "" end)";
