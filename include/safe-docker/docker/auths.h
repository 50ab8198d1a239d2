/* SPDX-License-Identifier: Apache-2.0 */
/* Log-ins to registries as the docker command keeps them: {"auths": {SERVER: {"auth": base64 of USER:PASSWORD}}} in
 * config.json (github.com/docker/cli, cli/config/configfile). Pure texts: files are read and written elsewhere.
 *
 * MUST: take nothing but log-ins from such a file (it can name programs, proxies and headers, too); put no secret
 * into a message. */
#ifndef SAFE_DOCKER_DOCKER_AUTHS_H
#define SAFE_DOCKER_DOCKER_AUTHS_H

#include <stdbool.h>
#include <stddef.h>

#include "safe-docker/base/str.h"
#include "safe-docker/base/error.h"

/* The key of Docker Hub. */
#define SD_AUTHS_INDEX "https://index.docker.io/v1/"
#define SD_AUTHS_SECRET_MAX ((size_t)16 * 1024)

struct sd_auth {
  const char *server;                          /* the key as it is in the file */
  const char *username, *password;             /* NULL: only a token */
  const char *identity_token, *registry_token; /* NULL: none */
};
struct sd_auths {
  SD_VEC(struct sd_auth) list;
  bool helpers; /* the file names credsStore or credHelpers */
};

/* Reads the log-ins of a config.json; entries without any are left out. A text that is no JSON that base/json.h reads
 * is an error only where "auths" occurs in it; an empty text has none. */
bool sd_auths_read(struct sd_arena *arena, const char *source, const char *text, size_t len,
                   struct sd_auths *out, struct sd_error *err) SD_WARN_UNUSED;
/* The log-in whose key is `server`, or NULL. */
const struct sd_auth *sd_auths_find(const struct sd_auths *auths, const char *server);
/* A config.json with these log-ins and nothing else. It is never without an entry, because the docker command looks
 * for helper programs where it finds none. */
const char *sd_auths_text(struct sd_arena *arena, const struct sd_auths *auths);

/* The key for what a person calls a registry: [http[s]://]HOST[:PORT][/PATH] is HOST[:PORT], as the docker command has
 * it; "" and docker.io are SD_AUTHS_INDEX. */
bool sd_auths_server(struct sd_arena *arena, const char *text, const char **server,
                     struct sd_error *err) SD_WARN_UNUSED;

/* `text` (a config.json, or "") with the log-in for `server` added or put in place of the one before. All other bytes
 * stay as they are. */
bool sd_auths_put(struct sd_arena *arena, const char *source, const char *text,
                  const struct sd_auth *login, const char **out,
                  struct sd_error *err) SD_WARN_UNUSED;
/* `text` without the entry of that key; *out is `text` itself where there is none. */
bool sd_auths_remove(struct sd_arena *arena, const char *source, const char *text,
                     const char *server, const char **out, struct sd_error *err) SD_WARN_UNUSED;

/* The words of a command line for a record: what may be a password behind `login` is "***". */
const char *const *sd_auths_mask(struct sd_arena *arena, const char *const *words);

#endif
