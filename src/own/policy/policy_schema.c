/* SPDX-License-Identifier: Apache-2.0 */
/* `policy schema`. */
#include "policy_command.h"

#include "config.h"
#include "safe-docker/policy/json_schema.h"

#include "output.h"
#include "own/own_words.h"

static const char help[] =
    "Usage:  safe-docker policy schema\n"
    "\n"
    "Prints the JSON Schema (draft-07) of policy files, which editors complete and check by.\n"
    "It is installed as " SD_DATADIR "/policy.schema.json; name it in the file,\n"
    "  \"$schema\": \"" SD_DATADIR "/policy.schema.json\"\n"
    "or in the editor's settings. See safe-docker-policy(5), EDITORS.\n";

static int print(struct session *session, const struct own_words *given) {
  (void)given;
  return output_answer(session->arena, sd_policy_json_schema(session->arena), 0);
}

int policy_schema_command(struct session *session, const char *const *words) {
  static const struct own_option options[] = {{NULL, NULL}};
  static const struct own_form form = {.command = "policy schema",
                                       .usage = "safe-docker policy schema",
                                       .options = options,
                                       .help = help,
                                       .run = print};
  return own_command(session, words, &form);
}
