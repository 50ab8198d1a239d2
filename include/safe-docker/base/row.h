/* SPDX-License-Identifier: Apache-2.0 */
/* Tables whose texts lie in their rows, as arrays of characters. A pointer to a text is relocated at every start of the
 * program, also where nobody reads the table, and its page is copied; such a row is neither. */
#ifndef SAFE_DOCKER_BASE_ROW_H
#define SAFE_DOCKER_BASE_ROW_H

/* At file scope, for each text of a table that is made of macros: the compiler takes a text that leaves no room for the
 * zero at its end. */
#define SD_ROW_FITS(type, member, text)                                                            \
  _Static_assert(sizeof(text) <= sizeof(((type *)0)->member), "too long for its row: " #member)

#endif
