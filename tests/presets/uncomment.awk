# SPDX-License-Identifier: Apache-2.0
# profiles/policy/example.json with block number WANT (all of them where it is 0) taken out of its comments. A block begins
# with a line //"key" and ends at an empty line. Prints the number of blocks to BLOCKS, where that is a file.
/^ *\/\/"/ { if (!inside) { inside = 1; block++ } }
/^$/ { inside = 0 }
inside && (want == 0 || want == block) { sub(/\/\//, "") }
{ print }
END { if (blocks != "") print block > blocks }
