/* SPDX-License-Identifier: Apache-2.0 */
/* What the host's openssl(1) says of the TLS files: files of root's alone are shown to it. */
#include <string.h>
#include <time.h>

#include "daemon.h"
#include "safe-docker/sys/setup_tool.h"

#define OPENSSL "openssl"
#define S_PER_DAY 86400

static const char *path_of(const struct facts_dockerd *dockerd, const char *role) {
  for (size_t i = 0; i < dockerd->places.len; i++) {
    const struct fact_daemon_file *place = &dockerd->places.items[i];
    if (strcmp(place->role, role) == 0 && place->kind != NULL && strcmp(place->kind, "file") == 0 &&
        place->changers.known && place->changers.list.v.len == 0)
      return place->path;
  }
  return NULL;
}

/* What it prints; NULL: it ended with another status than 0. */
static const char *ask(struct sd_arena *arena, const char *const *words) {
  struct sd_answer answer = {0};
  struct sd_error ignored;
  sd_error_init(&ignored, arena);
  return sd_setup_ask(arena, words, &answer, &ignored) && answer.status == 0 ? answer.out : NULL;
}

static enum fact_truth is_pair(struct sd_arena *arena, const char *cert, const char *key) {
  const char *const of_cert[] = {OPENSSL, "x509", "-in", cert, "-noout", "-pubkey", NULL};
  const char *const of_key[] = {OPENSSL, "pkey", "-in", key, "-passin", "pass:", "-pubout", NULL};
  if (cert == NULL || key == NULL)
    return FACT_UNKNOWN;
  const char *theirs = ask(arena, of_cert);
  const char *ours = ask(arena, of_key);
  return theirs != NULL && ours != NULL && strcmp(theirs, ours) == 0 ? FACT_YES : FACT_NO;
}

static enum fact_truth is_signed(struct sd_arena *arena, const char *ca, const char *cert) {
  const char *const words[] = {OPENSSL, "verify",         "-CAfile", ca,   "-untrusted",
                               cert,    "-no_check_time", "--",      cert, NULL};
  if (ca == NULL || cert == NULL)
    return FACT_UNKNOWN;
  return ask(arena, words) != NULL ? FACT_YES : FACT_NO;
}

/* "notAfter=Nov 22 19:49:35 2027 GMT". */
static void days_left(struct sd_arena *arena, const char *cert, struct fact_number *out) {
  static const char before[] = "notAfter=";
  const char *const words[] = {OPENSSL, "x509", "-in", cert, "-noout", "-enddate", NULL};
  struct tm end = {0};
  const char *said = cert != NULL ? ask(arena, words) : NULL;
  if (said == NULL || strncmp(said, before, sizeof(before) - 1) != 0 ||
      strptime(said + sizeof(before) - 1, "%b %d %H:%M:%S %Y GMT", &end) == NULL)
    return;
  int64_t left = (int64_t)timegm(&end) - (int64_t)time(NULL);
  out->known = true;
  out->value = left >= 0 ? left / S_PER_DAY : (left + 1) / S_PER_DAY - 1;
}

void daemon_read_certificates(struct sd_arena *arena, struct facts_dockerd *dockerd) {
  struct fact_certificates *out = &dockerd->certificates;
  const char *ca = path_of(dockerd, "tlscacert");
  const char *cert = path_of(dockerd, "tlscert");
  const char *key = path_of(dockerd, "tlskey");
  if (ca == NULL && cert == NULL && key == NULL)
    return;
  out->asked = sd_setup_tool(arena, OPENSSL) != NULL ? FACT_YES : FACT_NO;
  if (out->asked == FACT_NO)
    return;
  out->pair = is_pair(arena, cert, key);
  out->signed_by_ca = is_signed(arena, ca, cert);
  days_left(arena, cert, &out->cert_days);
  days_left(arena, ca, &out->ca_days);
}
