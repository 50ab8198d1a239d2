/* SPDX-License-Identifier: Apache-2.0 */
/* Networks, published ports, and names and addresses given by hand. */
#include "fixture.h"

#include <string.h>

static void push_network(struct fixture *f, enum sd_option_id id, const char *text) {
  struct sd_network network = {0};
  struct sd_error err;
  sd_error_init(&err, &f->arena);
  if (!sd_network_parse(&f->arena, text, &network, &err))
    network = (struct sd_network){.name = text}; /* the rule must refuse it all the same */
  network.given = fixture_given(f, id, text);
  *sd_vec_push(&f->arena, &f->request.networks.v) = network;
}

static void push_port(struct fixture *f, const char *text) {
  struct sd_port port = {0};
  struct sd_error err;
  sd_error_init(&err, &f->arena);
  if (!sd_port_parse(&f->arena, text, &port, &err))
    fail_msg("%s: %s", text, err.message);
  port.given = fixture_given(f, SD_OPT_PUBLISH, text);
  *sd_vec_push(&f->arena, &f->request.ports.v) = port;
}

/* As if what the request names had been looked up, and nothing been found. */
static void find_nothing(struct fixture *f) {
  static const struct sd_objects nothing = {.complete = true};
  f->in.objects = &nothing;
}

static void set_names(struct fixture *f, struct sd_strv *list, const char *names) {
  char *rest = sd_arena_strdup(&f->arena, names);
  list->v.len = 0;
  for (char *word = strtok_r(rest, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest))
    sd_strv_add(list, &f->arena, word);
}

/* -- networks ---------------------------------------------------------------------------------- */
static void test_names(void **state) {
  static const struct {
    const char *allow, *asked;
    bool allowed;
  } rows[] = {
      {"default bridge none", "bridge", true},
      {"default bridge none", "default", true},
      {"default bridge none", "none", true},
      {"bridge", "default", true},
      {"default", "bridge", true},
      {"bridge", "none", true}, /* less than the policy gives */
      {"default bridge none", "host", false},
      {"default bridge none", "HOST", false},
      {"default bridge none", "name=HOST", false},
      {"default bridge none", "name=\"host\"", false},
      {"default bridge none", "team", false},
      {"default bridge none", "bridge2", false},
      {"default bridge none", "", false},
      {"default bridge none", "container:abc", false},
      {"default bridge none", "ns:/proc/1/ns/net", false},
      {"default bridge none", "-x", false},
      {"* **", "host", false},
      {"* **", "container:abc", false},
      {"container:abc", "container:abc", false},
      {"container:*", "container:abc", false},
      {"* **", "team", true},
      {"* **", "bridge", true},
      {"* **", "cafe", false}, /* could be the start of an id */
      {"* **", "0123456789ab", false},
      {"* **", "CAFE", false},
      {"* **", "caf\xc3\xa9", false},
      {"* **", "a b", false},
      {"cafe", "cafe", true},
      {"host", "host", true},
      {"hos*", "host", false},
      {"team-*", "team-a", true},
      {"team-*", "xteam-a", false},
      {"team-*", "default", false},
      {"team-*", "bridge", false},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    fixture_reset(f);
    find_nothing(f);
    set_names(f, &f->policy.network.allow, rows[i].allow);
    push_network(f, i % 2 == 0 ? SD_OPT_NETWORK : SD_OPT_NET, rows[i].asked);
    fixture_run(f, sd_rules_network);
    if (!rows[i].allowed) {
      if (f->decision.problems.list.len != 1)
        print_message("row %s %s\n", rows[i].allow, rows[i].asked);
      (void)fixture_assert_denied(f, "network");
      assert_int_equal(f->decision.out.networks.v.len, 0);
      continue;
    }
    fixture_assert_allowed(f);
    fixture_assert_change_count(f, 0);
    assert_int_equal(f->decision.out.networks.v.len, 1);
    assert_string_equal(f->decision.out.networks.v.items[0].name, rows[i].asked);
    assert_true(f->decision.claimed[SD_OPT_NET] && f->decision.claimed[SD_OPT_NETWORK]);
  }
}

static void test_reasons(void **state) {
  static const struct {
    const char *asked, *part;
  } rows[] = {{"host", "network of the host"},
              {"container:x", "another container"},
              {"cafe", "id"},
              {"team", "team"}};
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    fixture_reset(f);
    find_nothing(f);
    push_network(f, SD_OPT_NETWORK, rows[i].asked);
    fixture_run(f, sd_rules_network);
    fixture_assert_contains(fixture_assert_denied(f, "network")->message, rows[i].part);
  }
}

static void test_injection(void **state) {
  static const struct {
    const char *allow;
    const char *injected; /* NULL: nothing */
  } rows[] = {
      {"default", NULL},      {"bridge", NULL},       {"team default", NULL},  {"*", NULL},
      {"team other", "team"}, {"te* other", "other"}, {"host team", "team"},   {"host", "none"},
      {"", "none"},           {"none", "none"},       {"container:x", "none"}, {"team-*", "none"},
      {"br*", NULL},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    fixture_reset(f);
    set_names(f, &f->policy.network.allow, rows[i].allow);
    fixture_run(f, sd_rules_network);
    fixture_assert_allowed(f);
    if (rows[i].injected == NULL) {
      fixture_assert_change_count(f, 0);
      assert_int_equal(f->decision.out.networks.v.len, 0);
      continue;
    }
    fixture_assert_change_count(f, 1);
    fixture_assert_changed(f, "network",
                           sd_arena_printf(&f->arena, "--network=%s", rows[i].injected));
    assert_string_equal(f->decision.out.networks.v.items[0].name, rows[i].injected);
  }
}

static void test_several(void **state) {
  struct fixture *f = *state;
  push_network(f, SD_OPT_NETWORK, "bridge");
  push_network(f, SD_OPT_NET, "none");
  fixture_run(f, sd_rules_network);
  (void)fixture_assert_denied(f, "network-multiple");
  fixture_reset(f); /* the first one wins in Docker: both are named */
  push_network(f, SD_OPT_NET, "host");
  push_network(f, SD_OPT_NETWORK, "bridge");
  fixture_run(f, sd_rules_network);
  assert_int_equal(f->decision.problems.list.len, 2);
}

static void test_long_form(void **state) {
  struct fixture *f = *state;
  push_network(f, SD_OPT_NETWORK, "name=bridge,alias=db,alias=db2");
  fixture_list(f, SD_OPT_NETWORK_ALIAS, "web");
  fixture_list(f, SD_OPT_NET_ALIAS, "www");
  fixture_run(f, sd_rules_network);
  fixture_assert_allowed(f);
  const struct sd_network *out = &f->decision.out.networks.v.items[0];
  assert_string_equal(out->name, "bridge");
  assert_false(out->long_form);
  assert_int_equal(out->aliases.v.len, 0);
  static const char *const aliases[] = {"db", "db2", "web", "www"};
  assert_int_equal(f->decision.out.network_alias.v.len, 4);
  for (size_t i = 0; i < 4; i++)
    assert_string_equal(f->decision.out.network_alias.v.items[i].value, aliases[i]);
}

static void test_long_form_refused(void **state) {
  struct fixture *f = *state;
  static const struct {
    const char *text, *rule;
  } rows[] = {
      {"name=bridge,driver-opt=com.docker.network.endpoint.sysctls=x", "network-options"},
      {"name=bridge,gw-priority=5", "network-options"},
      {"name=bridge,ip=172.17.0.9", "network-address"},
      {"name=bridge,ip6=2001:db8::9", "network-address"},
      {"name=bridge,mac-address=02:42:ac:11:00:02", "network-address"},
      {"name=bridge,link-local-ip=169.254.169.254", "network-address"},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    fixture_reset(f);
    push_network(f, SD_OPT_NETWORK, rows[i].text);
    fixture_run(f, sd_rules_network);
    (void)fixture_assert_denied(f, rows[i].rule);
    assert_false(f->decision.out.ip.set || f->decision.out.ip6.set ||
                 f->decision.out.mac_address.set);
    assert_int_equal(f->decision.out.link_local_ip.v.len, 0);
  }
}

/* What the parser lets nobody write. */
static void test_by_hand(void **state) {
  struct fixture *f = *state;
  push_network(f, SD_OPT_NETWORK, "bridge");
  f->request.networks.v.items[0].name = NULL;
  fixture_run(f, sd_rules_network);
  fixture_assert_contains(fixture_assert_denied(f, "network")->message, "an empty text");
  fixture_reset(f);
  push_network(f, SD_OPT_NETWORK, "name=bridge,gw-priority=5");
  fixture_run(f, sd_rules_network);
  assert_int_equal(f->decision.out.networks.v.len, 0);
  static const char *const patterns[] = {"[a]", "a?", "a*", "a\\b"};
  for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
    fixture_reset(f);
    set_names(f, &f->policy.network.allow, patterns[i]);
    fixture_run(f, sd_rules_network);
    assert_string_equal(f->decision.out.networks.v.items[0].name, "none");
  }
}

static void test_addresses_by_policy(void **state) {
  struct fixture *f = *state;
  set_names(f, &f->policy.options, "ip ip6 mac-address link-local-ip");
  push_network(f, SD_OPT_NETWORK,
               "name=bridge,ip=172.17.0.9,ip6=2001:db8::9,mac-address=02:42:ac:11:00:02,link-local-"
               "ip=169.254.1.1");
  fixture_run(f, sd_rules_network);
  fixture_assert_allowed(f);
  assert_string_equal(f->decision.out.ip.value, "172.17.0.9");
  assert_string_equal(f->decision.out.ip6.value, "2001:db8::9");
  assert_string_equal(f->decision.out.mac_address.value, "02:42:ac:11:00:02");
  assert_string_equal(f->decision.out.link_local_ip.v.items[0].value, "169.254.1.1");
  fixture_reset(f); /* twice the same thing */
  set_names(f, &f->policy.options, "ip");
  push_network(f, SD_OPT_NETWORK, "name=bridge,ip=172.17.0.9");
  fixture_text(f, SD_OPT_IP, "172.17.0.8");
  fixture_run(f, sd_rules_network);
  (void)fixture_assert_denied(f, "network-address");
  assert_false(f->decision.out.ip.set);
  static const char *const macs[] = {"02:42:ac:11:00", "02-42-ac-11-00-02", "02:42:ac:11:00:0g",
                                     "02:42:ac:11:00:022"};
  for (size_t i = 0; i < sizeof(macs) / sizeof(macs[0]); i++) {
    fixture_reset(f);
    set_names(f, &f->policy.options, "mac-address");
    push_network(f, SD_OPT_NETWORK, "bridge");
    f->request.networks.v.items[0].mac = macs[i];
    fixture_run(f, sd_rules_network);
    (void)fixture_assert_denied(f, "network-address");
  }
  fixture_reset(f);
  set_names(f, &f->policy.options, "ip");
  push_network(f, SD_OPT_NETWORK, "bridge");
  f->request.networks.v.items[0].ip = "172.17.0.9 --privileged";
  fixture_run(f, sd_rules_network);
  (void)fixture_assert_denied(f, "network-address");
  assert_false(f->decision.out.ip.set);
}

static void test_aliases_refused(void **state) {
  struct fixture *f = *state;
  static const char *const names[] = {"", "a b", "a\nb", "-x", "a,b", "\xff"};
  for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    fixture_reset(f);
    fixture_list(f, SD_OPT_NETWORK_ALIAS, names[i]);
    fixture_run(f, sd_rules_network);
    (void)fixture_assert_denied(f, "network-alias");
    assert_int_equal(f->decision.out.network_alias.v.len, 0);
  }
}

/* -- ports ------------------------------------------------------------------------------------- */
static void test_ports_allowed(void **state) {
  static const struct {
    const char *text, *out;
    bool changed;
  } rows[] = {
      {"127.0.0.1:8080:80", "127.0.0.1:8080:80/tcp", false},
      {"[::1]:8080:80/udp", "[::1]:8080:80/udp", false},
      {"8080:80", "127.0.0.1:8080:80/tcp", true},
      {"80", "127.0.0.1::80/tcp", true},
      {"127.0.0.1::80", "127.0.0.1::80/tcp", false},
      {"1024:80", "127.0.0.1:1024:80/tcp", true},
      {"65535:80", "127.0.0.1:65535:80/tcp", true},
      {"8000-8002:80-82", "127.0.0.1:8000-8002:80-82/tcp", true},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    fixture_reset(f);
    push_port(f, rows[i].text);
    fixture_run(f, sd_rules_network);
    fixture_assert_allowed(f);
    assert_int_equal(f->decision.out.ports.v.len, 1);
    assert_string_equal(sd_port_format(&f->arena, &f->decision.out.ports.v.items[0]), rows[i].out);
    fixture_assert_change_count(f, rows[i].changed ? 1 : 0);
    if (rows[i].changed)
      fixture_assert_changed(f, "publish-address",
                             sd_arena_printf(&f->arena, "--publish=%s", rows[i].out));
  }
}

static void test_ports_refused(void **state) {
  static const struct {
    const char *text, *rule, *part;
  } rows[] = {
      {"0.0.0.0:8080:80", "publish-address", "every address"},
      {"[::]:8080:80", "publish-address", "every address"},
      {"192.168.1.1:8080:80", "publish-address", "192.168.1.1"},
      {"127.0.0.2:8080:80", "publish-address", "127.0.0.2"},
      {"80:80", "publish-port", "below 1024"},
      {"1023:80", "publish-port", "below 1024"},
      {"1000-1030:1000-1030", "publish-port", "below 1024"},
      {"1024-65535:1024-65535", "publish-count", "process"},
      {"8000-8256:8000-8256", "publish-count", "process"},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    fixture_reset(f);
    push_port(f, rows[i].text);
    fixture_run(f, sd_rules_network);
    fixture_assert_contains(fixture_assert_denied(f, rows[i].rule)->message, rows[i].part);
    assert_int_equal(f->decision.out.ports.v.len, 0);
  }
  fixture_reset(f);
  f->policy.network.port_first = 8000;
  f->policy.network.port_last = 8010;
  push_port(f, "8009-8011:1-3");
  fixture_run(f, sd_rules_network);
  fixture_assert_contains(fixture_assert_denied(f, "publish-port")->hint, "8000 to 8010");
  fixture_reset(f); /* both at once */
  push_port(f, "0.0.0.0:80:80");
  fixture_run(f, sd_rules_network);
  assert_int_equal(f->decision.problems.list.len, 2);
  fixture_reset(f); /* backwards inside */
  push_port(f, "8080:81");
  f->request.ports.v.items[0].last = 80;
  fixture_run(f, sd_rules_network);
  (void)fixture_assert_denied(f, "publish-count");
  fixture_reset(f); /* a range that is none */
  push_port(f, "8080:80");
  f->request.ports.v.items[0].host_first = 0;
  fixture_run(f, sd_rules_network);
  assert_int_equal(f->decision.problems.list.len > 0, 1);
  assert_int_equal(f->decision.out.ports.v.len, 0);
  fixture_reset(f); /* one that begins at none */
  push_port(f, "100:80");
  f->request.ports.v.items[0].host_first = 0;
  fixture_run(f, sd_rules_network);
  (void)fixture_assert_denied(f, "publish-port");
  assert_int_equal(f->decision.out.ports.v.len, 0);
  fixture_reset(f);
  push_port(f, "8080:80");
  f->policy.network.port_first = 0;
  f->request.ports.v.items[0].host_first = 8081;
  fixture_run(f, sd_rules_network);
  assert_int_equal(f->decision.out.ports.v.len, 0);
  fixture_reset(f); /* the sum counts */
  push_port(f, "8000-8200:8000-8200");
  push_port(f, "9000-9200:9000-9200");
  fixture_run(f, sd_rules_network);
  (void)fixture_assert_denied(f, "publish-count");
  fixture_reset(f);
  push_port(f, "8000-8255:8000-8255");
  fixture_run(f, sd_rules_network);
  fixture_assert_allowed(f);
}

static void test_ports_without_default_address(void **state) {
  static const struct {
    const char *addresses;
    const char *out; /* NULL: denied */
  } rows[] = {
      {"127.0.0.1", NULL},
      {"::", NULL},
      {"0.0.0.0", "0.0.0.0:8080:80/tcp"},
      {"0.0.0.0 ::", "8080:80/tcp"},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    fixture_reset(f);
    f->policy.network.default_address = "";
    set_names(f, &f->policy.network.addresses, rows[i].addresses);
    push_port(f, "8080:80");
    fixture_run(f, sd_rules_network);
    if (rows[i].out == NULL) {
      (void)fixture_assert_denied(f, "publish-address");
      assert_int_equal(f->decision.out.ports.v.len, 0);
      continue;
    }
    fixture_assert_allowed(f);
    assert_string_equal(sd_port_format(&f->arena, &f->decision.out.ports.v.items[0]), rows[i].out);
  }
}

static void test_publish_all(void **state) {
  static const struct {
    bool policy, asked, allowed, out;
  } rows[] = {{false, true, false, false}, {false, false, true, false}, {true, true, true, true}};
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    fixture_reset(f);
    f->policy.network.publish_all = rows[i].policy;
    fixture_flag(f, SD_OPT_PUBLISH_ALL, rows[i].asked);
    fixture_run(f, sd_rules_network);
    if (rows[i].allowed)
      fixture_assert_allowed(f);
    else
      (void)fixture_assert_denied(f, "publish-all");
    assert_int_equal(f->decision.out.publish_all.set && f->decision.out.publish_all.value,
                     rows[i].out);
    assert_true(f->decision.claimed[SD_OPT_PUBLISH_ALL]);
  }
}

static void test_expose(void **state) {
  struct fixture *f = *state;
  fixture_list(f, SD_OPT_EXPOSE, "80");
  fixture_list(f, SD_OPT_EXPOSE, "8000-8254/udp");
  fixture_run(f, sd_rules_network);
  fixture_assert_allowed(f);
  assert_string_equal(f->decision.out.expose.v.items[0].value, "80/tcp");
  assert_string_equal(f->decision.out.expose.v.items[1].value, "8000-8254/udp");
  static const char *const refused[] = {"1-65535", "1-257", "x", "0-70000", "80/icmp", ""};
  for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
    fixture_reset(f);
    fixture_list(f, SD_OPT_EXPOSE, refused[i]);
    fixture_run(f, sd_rules_network);
    assert_int_equal(f->decision.problems.list.len, 1);
    assert_string_equal(f->decision.problems.list.items[0].rule, "expose");
    assert_int_equal(f->decision.out.expose.v.len, 0);
  }
  fixture_reset(f);
  fixture_list(f, SD_OPT_EXPOSE, "1-200");
  fixture_list(f, SD_OPT_EXPOSE, "1000-1200");
  fixture_list(f, SD_OPT_EXPOSE, "5");
  fixture_run(f, sd_rules_network);
  (void)fixture_assert_denied(f, "expose");
}

/* -- names ------------------------------------------------------------------------------------- */
static void test_names_pass(void **state) {
  struct fixture *f = *state;
  fixture_list(f, SD_OPT_DNS, "8.8.8.8");
  fixture_list(f, SD_OPT_DNS, "2001:DB8:0::1");
  fixture_list(f, SD_OPT_DNS_SEARCH, "example.com");
  fixture_list(f, SD_OPT_DNS_SEARCH, ".");
  fixture_list(f, SD_OPT_DNS_OPTION, "ndots:2");
  fixture_list(f, SD_OPT_DNS_OPT, "attempts:1");
  fixture_text(f, SD_OPT_HOSTNAME, "box");
  fixture_text(f, SD_OPT_DOMAINNAME, "example.com");
  fixture_list(f, SD_OPT_ADD_HOST, "db:10.0.0.1");
  fixture_list(f, SD_OPT_ADD_HOST, "host.docker.internal=host-gateway");
  fixture_run(f, sd_rules_network);
  fixture_assert_allowed(f);
  const struct sd_request *out = &f->decision.out;
  assert_string_equal(out->dns.v.items[0].value, "8.8.8.8");
  assert_string_equal(out->dns.v.items[1].value, "2001:db8::1");
  assert_string_equal(out->dns_search.v.items[1].value, ".");
  assert_int_equal(out->dns_option.v.len, 2);
  assert_string_equal(out->hostname.value, "box");
  assert_string_equal(out->domainname.value, "example.com");
  assert_string_equal(out->add_hosts.v.items[0].value, "db:10.0.0.1");
  assert_string_equal(out->add_hosts.v.items[1].value, "host.docker.internal:host-gateway");
  fixture_reset(f);
  fixture_text(f, SD_OPT_HOSTNAME, "");
  fixture_run(f, sd_rules_network);
  fixture_assert_allowed(f);
  assert_false(f->decision.out.hostname.set);
}

static void test_names_refused(void **state) {
  static const struct {
    enum sd_option_id id;
    const char *value, *rule;
  } rows[] = {
      {SD_OPT_DNS, "example.com", "dns"},
      {SD_OPT_DNS, "8.8.8.8\nnameserver 1.1.1.1", "dns"},
      {SD_OPT_DNS, "", "dns"},
      {SD_OPT_DNS_SEARCH, "a b", "dns-search"},
      {SD_OPT_DNS_SEARCH, "a\nnameserver 1.1.1.1", "dns-search"},
      {SD_OPT_DNS_SEARCH, "", "dns-search"},
      {SD_OPT_DNS_OPTION, "a\tb", "dns-option"},
      {SD_OPT_DNS_OPT, "a\rb", "dns-option"},
      {SD_OPT_ADD_HOST, "db", "add-host"},
      {SD_OPT_ADD_HOST, "db:example.com", "add-host"},
      {SD_OPT_ADD_HOST, "d b:10.0.0.1", "add-host"},
      {SD_OPT_ADD_HOST, "d\n1.2.3.4 x:10.0.0.1", "add-host"},
      {SD_OPT_ADD_HOST, ":10.0.0.1", "add-host"},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    fixture_reset(f);
    fixture_list(f, rows[i].id, rows[i].value);
    fixture_run(f, sd_rules_network);
    assert_int_equal(f->decision.problems.list.len, 1);
    assert_string_equal(f->decision.problems.list.items[0].rule, rows[i].rule);
    assert_true(f->decision.claimed[rows[i].id]);
    assert_int_equal(f->decision.out.dns.v.len + f->decision.out.dns_search.v.len +
                         f->decision.out.dns_option.v.len + f->decision.out.add_hosts.v.len,
                     0);
  }
  static const char *const names[] = {"a b", "a\nb", "a\x7f", "\xff", " "};
  for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    fixture_reset(f);
    fixture_text(f, SD_OPT_HOSTNAME, names[i]);
    fixture_run(f, sd_rules_network);
    (void)fixture_assert_denied(f, "hostname");
    fixture_reset(f);
    fixture_text(f, SD_OPT_DOMAINNAME, names[i]);
    fixture_run(f, sd_rules_network);
    (void)fixture_assert_denied(f, "domainname");
  }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_names),           TEST(test_reasons),
      TEST(test_injection),       TEST(test_several),
      TEST(test_long_form),       TEST(test_long_form_refused),
      TEST(test_by_hand),         TEST(test_addresses_by_policy),
      TEST(test_aliases_refused), TEST(test_ports_allowed),
      TEST(test_ports_refused),   TEST(test_ports_without_default_address),
      TEST(test_publish_all),     TEST(test_expose),
      TEST(test_names_pass),      TEST(test_names_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
