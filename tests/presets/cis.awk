# SPDX-License-Identifier: Apache-2.0
# The rows of the benchmark's table in docs/presets.md: NUMBER HELD-BY KEY,KEY...
/^\| 5\.[0-9]+ \|/ {
  split($0, cell, / *\| */)
  keys = ""
  text = cell[5]
  while (match(text, /`[a-z_]+\.[a-z_]+`/)) {
    keys = keys (keys == "" ? "" : ",") substr(text, RSTART + 1, RLENGTH - 2)
    text = substr(text, RSTART + RLENGTH)
  }
  print cell[2], cell[4], (keys == "" ? "-" : keys)
}
