# SPDX-License-Identifier: GPL-2.0-or-later
# Lines of the log that the pages of doc/ explain are lines that the program writes.

# In tables whose first column is headed "line": what stands there between backquotes, but for what
# no text of the sources has, nor the C library for an errno. "..." stands for what is formatted.
wrong_lines() { # DOCUMENT...
	python3 - "$@" <<-'PYTHON'
		import glob, os, re, sys
		texts = [os.strerror(n) for n in range(1, 134)]
		for path in glob.glob("src/**/*.c", recursive=True) + glob.glob("include/**/*.h", recursive=True):
		    source = re.sub(r'"\s*PRI[a-z]64\s*"', "u", open(path).read())
		    source = re.sub(r'"\s*"', "", source)
		    for text in re.findall(r'"((?:[^"\\\n]|\\.)*)"', source):
		        text = re.sub(r"%(\d+\$)?[-+ #0*.\d]*(z|l|ll)?[a-zA-Z]", "...", text)
		        texts.append(re.sub(r"\\(.)", r"\1", text))
		texts.append("firewalld drops ") # "%s drops %s"
		texts = "\n".join(texts)
		for path in sys.argv[1:]:
		    inside = False
		    for line in open(path):
		        cell = line.split("|")[1] if line.startswith("|") else ""
		        if cell.startswith(" line"):
		            inside = True
		        elif not cell:
		            inside = False
		        for quoted in re.findall("`([^`]+)`", cell) if inside else []:
		            for part in re.split(r"\.\.\.|: |; ", quoted):
		                if part.strip(" :;,") not in texts:
		                    print(f"{path} explains a line with '{part}', which nothing writes")
	PYTHON
}

test_lines_that_are_explained_are_written() {
	expect [ "$(grep -c '^| line' doc/trouble.md)" -ge 6 ]
	none wrong_lines doc/*.md
}

test_a_line_that_nothing_writes_is_found() {
	printf '| line | what to do |\n|---|---|\n| `a device ... already exists`, `no such line at all` | `whatever` |\n' >/tmp/lines
	expect [ "$(wrong_lines /tmp/lines)" = "/tmp/lines explains a line with 'no such line at all', which nothing writes" ]
}
