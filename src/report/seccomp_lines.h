/* SPDX-License-Identifier: Apache-2.0 */
/* Pieces of the seccomp pages. */
#ifndef SAFE_DOCKER_SRC_REPORT_SECCOMP_LINES_H
#define SAFE_DOCKER_SRC_REPORT_SECCOMP_LINES_H

#include "safe-docker/base/str.h"
#include "safe-docker/confine/seccomp_program.h"

/* Words in columns, read downwards, behind `indent` blanks, within 80 columns. */
void sd_lines_add_columns(struct sd_str *out, size_t indent, const struct sd_strv *words);
/* Words one behind the other, within 80 columns; lines behind the first begin with `indent` blanks. `column`: where the first one begins.
 * Ends the line. */
void sd_lines_add_wrapped(struct sd_str *out, size_t indent, size_t column,
                          const struct sd_strv *words);
void sd_lines_add_blanks(struct sd_str *out, size_t count);
/* "amd64, any kernel, no capabilities" */
const char *sd_lines_target(struct sd_arena *arena, const struct sd_seccomp_target *target);
/* "5.10", or NULL for any. */
const char *sd_lines_kernel(struct sd_arena *arena, uint32_t kernel);
/* "amd64", or its number. */
const char *sd_lines_arch(struct sd_arena *arena, uint32_t arch);
/* "name":{"profile":...,"arch":...,"kernel":...,"capabilities":[...]} without braces and name. */
void sd_lines_add_target_json(struct sd_str *out, const struct sd_seccomp_target *target);

#endif
