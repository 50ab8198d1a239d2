/* SPDX-License-Identifier: Apache-2.0 */
/* Names and resolvers: they end up as lines of the container's /etc/hosts and resolv.conf, which
 * the daemon writes, so no value may hold a blank or a line break. */
#include "checks.h"
#include "network.h"
#include "safe-docker/base/text.h"

static void check_dns(const struct sd_rule_input *in, struct sd_decision *decision) {
  for (size_t i = 0; i < in->request->dns.v.len; i++) {
    struct sd_text text = in->request->dns.v.items[i];
    struct sd_error err;
    sd_error_init(&err, in->arena);
    if (sd_ip_parse(in->arena, text.value, &text.value, &err))
      *sd_vec_push(in->arena, &decision->out.dns.v) = text;
    else
      sd_check_failed(decision, "dns", text.given, &err);
  }
}

static bool check_word(const struct sd_rule_input *in, struct sd_decision *decision,
                       const char *rule, const struct sd_text *text) {
  if (sd_check_word(text->value))
    return true;
  sd_deny(decision, rule, text->given, "write it without blanks and control characters",
          "%s cannot stand in a line of a configuration file",
          text->value[0] == '\0' ? "an empty text" : sd_text_safe(in->arena, text->value));
  return false;
}

static void check_list(const struct sd_rule_input *in, struct sd_decision *decision,
                       const char *rule, const struct sd_texts *list, struct sd_texts *out) {
  for (size_t i = 0; i < list->v.len; i++)
    if (check_word(in, decision, rule, &list->v.items[i]))
      *sd_vec_push(in->arena, &out->v) = list->v.items[i];
}

/* An empty name is the same as none. */
static void check_host_name(const struct sd_rule_input *in, struct sd_decision *decision,
                            const char *rule, const struct sd_text *text, struct sd_text *out) {
  if (text->set && text->value[0] != '\0' && check_word(in, decision, rule, text))
    *out = *text;
}

static void check_hosts(const struct sd_rule_input *in, struct sd_decision *decision) {
  for (size_t i = 0; i < in->request->add_hosts.v.len; i++) {
    const struct sd_text *text = &in->request->add_hosts.v.items[i];
    struct sd_extra_host host = {0};
    struct sd_error err;
    sd_error_init(&err, in->arena);
    if (!sd_extra_host_parse(in->arena, text->value, &host, &err)) {
      sd_check_failed(decision, "add-host", text->given, &err);
    } else {
      const char *value = sd_arena_printf(in->arena, "%s:%s", host.name, host.address);
      *sd_vec_push(in->arena, &decision->out.add_hosts.v) =
          (struct sd_text){.set = true, .value = value, .given = text->given};
    }
  }
}

void sd_network_names(const struct sd_rule_input *in, struct sd_decision *decision) {
  static const enum sd_option_id mine[] = {SD_OPT_DNS,        SD_OPT_DNS_OPT,  SD_OPT_DNS_OPTION,
                                           SD_OPT_DNS_SEARCH, SD_OPT_HOSTNAME, SD_OPT_DOMAINNAME,
                                           SD_OPT_ADD_HOST};
  for (size_t i = 0; i < sizeof(mine) / sizeof(mine[0]); i++)
    sd_claim(decision, mine[i]);
  const struct sd_request *request = in->request;
  check_dns(in, decision);
  check_list(in, decision, "dns-option", &request->dns_option, &decision->out.dns_option);
  check_list(in, decision, "dns-search", &request->dns_search, &decision->out.dns_search);
  check_host_name(in, decision, "hostname", &request->hostname, &decision->out.hostname);
  check_host_name(in, decision, "domainname", &request->domainname, &decision->out.domainname);
  check_hosts(in, decision);
}
