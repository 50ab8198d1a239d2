/* SPDX-License-Identifier: Apache-2.0 */
/* The TLS files: there, root's alone, a pair, of the CA, and good for a while. */
#include <string.h>

#include "daemon_judge.h"

#define SOON_DAYS 30

static const char *const roles[] = {"tlscacert", "tlscert", "tlskey", "ca-key"};
#define ROLES (sizeof(roles) / sizeof(roles[0]))

static bool is_secret(const char *role) {
  return strcmp(role, "tlskey") == 0 || strcmp(role, "ca-key") == 0;
}

static bool is_role(const struct fact_daemon_file *place) {
  for (size_t i = 0; place->role != NULL && i < ROLES; i++)
    if (strcmp(roles[i], place->role) == 0)
      return true;
  return false;
}

/* False: it is there. */
static bool judge_missing(struct daemon_case *this, const struct fact_daemon_file *place) {
  struct findings *out = this->out;
  struct finding *finding = NULL;
  if (place->kind != NULL && strcmp(place->kind, "file") == 0)
    return false;
  if (place->kind == NULL)
    finding = finding_unknown(out, CHECK_TLS_FILES, place->path, "%s could not be looked at",
                              place->role);
  else
    finding =
        finding_bad(out, CHECK_TLS_FILES, place->path,
                    "%s is no file that is there: dockerd does not start with TLS", place->role);
  finding_remedy(out, finding,
                 "make a CA and certificates: docs.docker.com/engine/security/protect-access");
  return true;
}

static void judge_rights(struct daemon_case *this, const struct fact_daemon_file *place) {
  struct findings *out = this->out;
  if (daemon_judge_changers(this, CHECK_TLS_KEY, place->role, place))
    return;
  bool secret = is_secret(place->role);
  if (secret && (place->readers == NULL || strcmp(place->readers, "nobody") != 0)) {
    struct finding *finding =
        place->readers == NULL
            ? finding_unknown(out, CHECK_TLS_KEY, place->path, "who may read it is not known")
            : finding_bad(out, CHECK_TLS_KEY, place->path, "%s may read %s: %s", place->readers,
                          strcmp(place->role, "ca-key") == 0 ? "the CA's key" : "dockerd's key",
                          strcmp(place->role, "ca-key") == 0
                              ? "who has it makes certificates that dockerd lets in as root"
                              : "who has it passes for this daemon, and reads what clients send");
    finding_remedy(out, finding,
                   "let root alone read it. It may have been read already: a new one is better");
    if (daemon_case_is_hosts(this->dockerd))
      finding_command(out, finding, "chmod 0600 %s", finding_word(out, place->path));
    return;
  }
  finding_pass(out, CHECK_TLS_KEY, place->path,
               secret ? "root alone may read it" : "nobody but root may change it");
}

/* -- what openssl said --------------------------------------------------------------------------- */

static void unknown_certificates(struct daemon_case *this, enum check_id check, const char *path) {
  struct findings *out = this->out;
  bool no_openssl = this->dockerd->certificates.asked == FACT_NO;
  struct finding *finding =
      finding_unknown(out, check, path, "%s",
                      no_openssl ? "there is no openssl that could be asked about it"
                                 : "it could not be shown to openssl: that is done with files that "
                                   "root alone may change, on the host itself");
  finding_remedy(out, finding, no_openssl ? "install openssl" : "mend the files first");
  if (no_openssl)
    finding_command(out, finding, "apt-get install --yes openssl");
}

static void judge_truth(struct daemon_case *this, enum check_id check, const char *path,
                        enum fact_truth is, const char *good, const char *bad) {
  if (is == FACT_UNKNOWN) {
    unknown_certificates(this, check, path);
  } else if (is == FACT_YES) {
    finding_pass(this->out, check, path, "%s", good);
  } else {
    struct finding *finding = finding_bad(this->out, check, path, "%s", bad);
    finding_remedy(this->out, finding,
                   "make it anew: docs.docker.com/engine/security/protect-access");
  }
}

static void judge_days(struct daemon_case *this, const char *path, const struct fact_number *days) {
  struct findings *out = this->out;
  struct finding *finding = NULL;
  if (!days->known) {
    unknown_certificates(this, CHECK_TLS_EXPIRY, path);
    return;
  }
  if (days->value >= SOON_DAYS) {
    finding_pass(out, CHECK_TLS_EXPIRY, path, "it is good for %lld days", (long long)days->value);
    return;
  }
  finding = days->value < 0 ? finding_bad(out, CHECK_TLS_EXPIRY, path, "it expired %lld days ago",
                                          -(long long)days->value)
                            : finding_bad(out, CHECK_TLS_EXPIRY, path, "it expires in %lld days",
                                          (long long)days->value);
  finding_remedy(out, finding,
                 "make a new one before, and start dockerd again: who is in a hurry then turns "
                 "tlsverify off");
}

void exposure_judge_files(struct daemon_case *this) {
  const struct facts_dockerd *dockerd = this->dockerd;
  const struct fact_certificates *said = &dockerd->certificates;
  const struct fact_daemon_file *cert = daemon_place(dockerd, "tlscert");
  const struct fact_daemon_file *ca = daemon_place(dockerd, "tlscacert");
  for (size_t i = 0; i < dockerd->places.len; i++) {
    const struct fact_daemon_file *place = &dockerd->places.items[i];
    if (!is_role(place) || judge_missing(this, place))
      continue;
    finding_pass(this->out, CHECK_TLS_FILES, place->path, "it is there");
    judge_rights(this, place);
  }
  if (cert != NULL && !daemon_is_missing(cert)) {
    judge_truth(this, CHECK_TLS_PAIR, cert->path, said->pair, "it is the certificate of tlskey",
                "it is not the certificate of tlskey: dockerd does not start with TLS");
    judge_days(this, cert->path, &said->cert_days);
  }
  if (ca != NULL && !daemon_is_missing(ca)) {
    judge_days(this, ca->path, &said->ca_days);
    if (cert != NULL && !daemon_is_missing(cert))
      judge_truth(this, CHECK_TLS_CHAIN, cert->path, said->signed_by_ca, "tlscacert signed it",
                  "tlscacert did not sign it: clients that trust that CA alone refuse this daemon");
  }
}
