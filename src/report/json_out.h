/* SPDX-License-Identifier: Apache-2.0 */
/* Pieces of JSON that several texts have. */
#ifndef SAFE_DOCKER_SRC_REPORT_JSON_OUT_H
#define SAFE_DOCKER_SRC_REPORT_JSON_OUT_H

#include "safe-docker/base/str.h"
#include "safe-docker/report/report.h"

/* "key":"value" in an object, with a comma before it where it is not the first member; NULL is null. */
void sd_json_add_member(struct sd_str *out, const char *key, const char *value);
/* ["a","b"]; NULL is null. */
void sd_json_add_strings(struct sd_str *out, const struct sd_strv *strings);
/* "caller":{"uid":1000,"gid":1000,"user":"alice","via":"sudo"} */
void sd_json_add_caller(struct sd_str *out, const struct sd_identity *who);
/* "decision":"allow" */
void sd_json_add_decision(struct sd_str *out, const struct sd_outcome *outcome);

/* ,"confinement":{...} where the outcome has one. */
void sd_json_add_confinement(struct sd_str *out, const struct sd_outcome *outcome);

#endif
