/* SPDX-License-Identifier: Apache-2.0 */
/* Every parser of numbers. They take the whole text, write only on success, and never saturate or wrap:
 * what does not fit is an error. Messages name no option (the caller of these knows it). */
#ifndef SAFE_DOCKER_BASE_NUMBER_H
#define SAFE_DOCKER_BASE_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

#include "safe-docker/base/error.h"

/* Go's strconv.ParseBool, as pflag uses it: 1 t T TRUE true True, 0 f F FALSE false False. */
bool sd_number_bool(const char *text, bool *out, struct sd_error *err) SD_WARN_UNUSED;
/* Go's strconv.ParseInt(text, 0, 64), as pflag's Int and Int64 use it: sign, 0x 0o 0b or 0 prefix, and
 * single underscores between digits or behind a prefix (also in decimal numbers). */
bool sd_number_go_int(const char *text, int64_t *out, struct sd_error *err) SD_WARN_UNUSED;
/* Go's strconv.ParseUint(text, 0, 16), as pflag's Uint16 uses it: the same without a sign, up to 65535. */
bool sd_number_go_uint16(const char *text, int64_t *out, struct sd_error *err) SD_WARN_UNUSED;
/* Plain decimal digits, no sign, no blanks, no leading zero but "0" itself, within min..max. */
bool sd_number_decimal(const char *text, uint64_t min, uint64_t max, uint64_t *out,
                       struct sd_error *err) SD_WARN_UNUSED;
/* The same with any number of zeros before it, as Go's strconv.ParseUint(text, 10, 64) reads it. */
bool sd_number_padded(const char *text, uint64_t min, uint64_t max, uint64_t *out,
                      struct sd_error *err) SD_WARN_UNUSED;
/* Octal digits (file modes), at most `max`. */
bool sd_number_octal(const char *text, uint64_t max, uint64_t *out,
                     struct sd_error *err) SD_WARN_UNUSED;
/* Sizes that 20.10 and later CLIs read alike (go-units RAMInBytes): digits, optionally a fraction,
 * optionally one blank, optionally b or k m g t p (any case) with optional i and b; factors of 1024.
 * "-1" is accepted and gives -1 (no limit). Result in bytes, rounded as Go's float64 does; "0.5" gives 0.
 * Exponents, signs, "inf", and the spellings that one version alone reads ("4ki", ".5g", "4.g") are errors. */
bool sd_number_size(const char *text, int64_t *out, struct sd_error *err) SD_WARN_UNUSED;
/* CPUs as plain decimal ("1", "0.5", ".25", at most 9 digits of fraction, no leading zero but the one of
 * "0.5"), in billionths of a CPU. */
bool sd_number_nano_cpus(const char *text, int64_t *out, struct sd_error *err) SD_WARN_UNUSED;
/* The same as a command line has it: also with a plus or zeros before it, with zeros behind the ninth decimal, and
 * with a point and no decimals, which say nothing to Go's big.Rat either. Its fractions ("1/2"), exponents and
 * prefixes are errors. */
bool sd_number_go_cpus(const char *text, int64_t *out, struct sd_error *err) SD_WARN_UNUSED;
/* Go's time.ParseDuration: "1m30s", "-1.5h", "0"; result in nanoseconds. The smallest int64, which only some
 * versions of Go read, is out of range. */
bool sd_number_duration(const char *text, int64_t *out, struct sd_error *err) SD_WARN_UNUSED;
/* Own spelling of nano CPUs: plain decimal without trailing zeros, "1", "0.25". */
const char *sd_number_format_cpus(struct sd_arena *arena, int64_t nano);
/* For messages: "512m", "2g", or bytes where no unit divides. */
const char *sd_number_format_size(struct sd_arena *arena, int64_t bytes);

#endif
