// The versions of the stored schema, and the steps from one to the next.
//
// A new database is made in the current version from the schema itself. An older one is brought forward by the steps
// after its version, all in one transaction, after a copy was left beside it. To change the stored schema: add a row
// to kSteps with the next version and the SQL that gets there (for the new columns, at the end of their table), and
// raise kPlan's version. Steps are never edited once released.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace migrations {

struct Step {
  std::uint32_t version;  // what the database has after the step
  std::string_view name;
  std::string_view sql;  // one or more statements
};

struct Plan {
  std::uint32_t version;  // the current one
  std::span<const Step> steps;
};

// What is wrong with a plan, or nothing. Version 1 is the first, so that the first step leads to 2.
constexpr std::string_view problem(const Plan& plan) {
  if (plan.version == 0) return "versions begin with 1";
  if (plan.steps.size() + 1 != plan.version) return "there is not exactly one step to each version after the first";
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    if (plan.steps[i].version != i + 2) return "the steps' versions do not ascend one by one from 2";
    if (plan.steps[i].name.empty() || plan.steps[i].sql.empty()) return "a step has no name or no statements";
  }
  return {};
}

// Version 2: memberships say since when; the tables of the management server.
inline constexpr std::string_view kManagementTables =
    "CREATE TABLE \"san_entity\" (\"id\" INTEGER PRIMARY KEY, \"created\" INTEGER, \"changed\" INTEGER, \"name\" "
    "TEXT); CREATE TABLE \"san_portal\" (\"id\" INTEGER PRIMARY KEY, \"created\" INTEGER, \"changed\" INTEGER, "
    "\"address\" TEXT, \"note\" TEXT); CREATE TABLE \"san_node\" (\"id\" INTEGER PRIMARY KEY, \"created\" INTEGER, "
    "\"changed\" INTEGER, \"name\" TEXT, \"last_seen\" INTEGER, \"alias\" TEXT, \"labels\" TEXT, \"chap\" TEXT, "
    "\"enforcement\" TEXT); ALTER TABLE \"domain_node\" ADD COLUMN \"since\" INTEGER; ALTER TABLE "
    "\"domain_portal\" ADD COLUMN \"since\" INTEGER; ALTER TABLE \"domain_fc_port\" ADD COLUMN \"since\" INTEGER; "
    "ALTER TABLE \"set_domain\" ADD COLUMN \"since\" INTEGER; CREATE TABLE \"san_domain\" (\"id\" INTEGER PRIMARY "
    "KEY, \"created\" INTEGER, \"changed\" INTEGER, \"chap\" TEXT, \"md5_refused\" INTEGER, \"labels\" TEXT); "
    "CREATE TABLE \"san_site\" (\"id\" INTEGER PRIMARY KEY, \"created\" INTEGER, \"changed\" INTEGER, \"name\" "
    "TEXT); CREATE TABLE \"san_cluster\" (\"id\" INTEGER PRIMARY KEY, \"created\" INTEGER, \"changed\" INTEGER, "
    "\"name\" TEXT, \"labels\" TEXT); CREATE TABLE \"san_fabric\" (\"id\" INTEGER PRIMARY KEY, \"created\" "
    "INTEGER, \"changed\" INTEGER, \"name\" TEXT); CREATE TABLE \"san_network\" (\"id\" INTEGER PRIMARY KEY, "
    "\"created\" INTEGER, \"changed\" INTEGER, \"name\" TEXT, \"vlan\" INTEGER, \"subnets\" TEXT, \"fabric\" "
    "INTEGER, \"storage\" INTEGER); CREATE TABLE \"san_label\" (\"id\" INTEGER PRIMARY KEY, \"created\" INTEGER, "
    "\"changed\" INTEGER, \"name\" TEXT, \"regime\" TEXT); CREATE TABLE \"san_separation_rule\" (\"id\" INTEGER "
    "PRIMARY KEY, \"created\" INTEGER, \"changed\" INTEGER, \"name\" TEXT, \"subject\" INTEGER, \"mode\" TEXT, "
    "\"other\" INTEGER); CREATE TABLE \"san_host\" (\"id\" INTEGER PRIMARY KEY, \"created\" INTEGER, \"changed\" "
    "INTEGER, \"name\" TEXT, \"site\" INTEGER, \"cluster\" INTEGER, \"entities\" TEXT, \"nodes\" TEXT, \"labels\" "
    "TEXT); CREATE TABLE \"san_logical_unit\" (\"id\" INTEGER PRIMARY KEY, \"created\" INTEGER, \"changed\" "
    "INTEGER, \"designator\" TEXT, \"name\" TEXT, \"bytes\" INTEGER, \"paths\" TEXT, \"site\" INTEGER, \"labels\" "
    "TEXT); CREATE TABLE \"san_map\" (\"id\" INTEGER PRIMARY KEY, \"created\" INTEGER, \"changed\" INTEGER, "
    "\"who\" INTEGER, \"target\" INTEGER, \"unit\" INTEGER, \"lun\" INTEGER, \"right\" TEXT); CREATE TABLE "
    "\"san_cable\" (\"id\" INTEGER PRIMARY KEY, \"created\" INTEGER, \"changed\" INTEGER, \"name\" TEXT, \"color\" "
    "TEXT, \"from\" INTEGER, \"to\" INTEGER, \"far_end\" TEXT, \"status\" TEXT); CREATE TABLE \"san_window\" "
    "(\"id\" INTEGER PRIMARY KEY, \"created\" INTEGER, \"changed\" INTEGER, \"name\" TEXT, \"purpose\" TEXT, "
    "\"starts\" INTEGER, \"ends\" INTEGER, \"weekly\" INTEGER); CREATE TABLE \"san_saved_question\" (\"id\" "
    "INTEGER PRIMARY KEY, \"created\" INTEGER, \"changed\" INTEGER, \"name\" TEXT, \"question\" TEXT); CREATE "
    "TABLE \"san_waiver\" (\"id\" INTEGER PRIMARY KEY, \"created\" INTEGER, \"changed\" INTEGER, \"rule\" TEXT, "
    "\"subject\" INTEGER, \"reason\" TEXT, \"expires\" INTEGER); CREATE TABLE \"san_settings\" (\"id\" INTEGER "
    "PRIMARY KEY, \"created\" INTEGER, \"changed\" INTEGER, \"max_initiators_per_domain\" INTEGER, "
    "\"offline_days\" INTEGER, \"secret_days\" INTEGER, \"rotate_days\" INTEGER, \"agent_silent\" INTEGER, "
    "\"name_pattern\" TEXT, \"approval_needed\" INTEGER, \"author_may_approve\" INTEGER, \"max_changed_objects\" "
    "INTEGER, \"max_changed_cells\" INTEGER, \"confirm_within\" INTEGER); CREATE TABLE \"san_credential\" (\"id\" "
    "INTEGER PRIMARY KEY, \"created\" INTEGER, \"changed\" INTEGER, \"initiator\" INTEGER, \"target\" INTEGER, "
    "\"mutual\" INTEGER, \"user_name\" TEXT, \"state\" TEXT, \"set_at\" INTEGER, \"proven_at\" INTEGER, "
    "\"initiator_holds\" TEXT, \"target_holds\" TEXT, \"md5\" INTEGER, \"weaknesses\" INTEGER); CREATE TABLE "
    "\"san_change_set\" (\"id\" INTEGER PRIMARY KEY, \"created\" INTEGER, \"changed\" INTEGER, \"author\" TEXT, "
    "\"approver\" TEXT, \"origin\" TEXT, \"state\" TEXT, \"reason\" TEXT, \"ticket\" TEXT, \"committed_at\" "
    "INTEGER); CREATE TABLE \"san_approval\" (\"id\" INTEGER PRIMARY KEY, \"created\" INTEGER, \"changed\" "
    "INTEGER, \"who\" INTEGER, \"unit\" INTEGER, \"right\" TEXT, \"change\" INTEGER); CREATE TABLE \"san_agent\" "
    "(\"id\" INTEGER PRIMARY KEY, \"created\" INTEGER, \"changed\" INTEGER, \"name\" TEXT, \"entity\" INTEGER, "
    "\"nodes\" TEXT, \"enrolled_at\" INTEGER, \"reported_at\" INTEGER, \"revoked\" INTEGER); CREATE TABLE "
    "\"san_applied_target\" (\"id\" INTEGER PRIMARY KEY, \"created\" INTEGER, \"changed\" INTEGER, \"target\" "
    "INTEGER, \"agent\" INTEGER, \"desired\" INTEGER, \"applied_at\" INTEGER, \"enforcement\" TEXT, \"chap\" TEXT, "
    "\"admitted\" TEXT, \"maps\" TEXT); CREATE TABLE \"authority\" (\"id\" INTEGER PRIMARY KEY, \"root\" BLOB, "
    "\"cross_certificate\" BLOB, \"sealed_key\" BLOB, \"believed_until\" INTEGER); CREATE TABLE \"certificate\" "
    "(\"id\" INTEGER PRIMARY KEY, \"der\" BLOB, \"expires\" INTEGER, \"issued_by\" TEXT, \"revoked_at\" INTEGER, "
    "\"revoked_by\" TEXT, \"reason\" TEXT); CREATE TABLE \"enrolment_token\" (\"id\" INTEGER PRIMARY KEY, \"hash\" "
    "BLOB, \"agent\" TEXT, \"eid\" TEXT, \"nodes\" BLOB, \"made_by\" TEXT, \"made_at\" INTEGER, \"expires\" "
    "INTEGER, \"used_by_key\" BLOB, \"used_at\" INTEGER); CREATE TABLE \"sealing_key\" (\"id\" INTEGER PRIMARY "
    "KEY, \"key_check\" BLOB, \"is_current\" INTEGER, \"made_at\" INTEGER); CREATE TABLE \"certificate_clock\" "
    "(\"id\" INTEGER PRIMARY KEY, \"floor\" INTEGER); CREATE TABLE \"credential\" (\"id\" INTEGER PRIMARY KEY, "
    "\"ends\" BLOB, \"mutual\" INTEGER, \"user_name\" TEXT, \"mutual_user\" TEXT, \"version\" INTEGER, "
    "\"next_version\" INTEGER, \"last_version\" INTEGER, \"phase\" INTEGER, \"step\" INTEGER, \"set_at\" INTEGER, "
    "\"next_set_at\" INTEGER, \"proven_at\" INTEGER, \"deadline\" INTEGER, \"at_deadline\" INTEGER, \"md5\" "
    "INTEGER, \"weaknesses\" INTEGER, \"next_weaknesses\" INTEGER, \"object\" INTEGER, \"all_targets\" INTEGER); "
    "CREATE TABLE \"secret\" (\"id\" INTEGER PRIMARY KEY, \"credential\" INTEGER, \"way\" INTEGER, \"version\" "
    "INTEGER, \"sealed\" BLOB, \"fingerprint\" BLOB); CREATE TABLE \"pending_secret\" (\"id\" INTEGER PRIMARY KEY, "
    "\"draft\" INTEGER, \"initiator\" TEXT, \"target\" TEXT, \"mutual_user\" TEXT, \"sealed_forward\" BLOB, "
    "\"sealed_reverse\" BLOB, \"weaknesses\" INTEGER); CREATE TABLE \"rotation_batch\" (\"id\" INTEGER PRIMARY "
    "KEY, \"waiting\" BLOB, \"running\" BLOB, \"failed\" BLOB, \"done\" INTEGER, \"at_once\" INTEGER, \"paused\" "
    "INTEGER, \"made_by\" TEXT, \"reason\" TEXT, \"made_at\" INTEGER, \"within\" INTEGER, \"at_deadline\" "
    "INTEGER); CREATE TABLE \"person\" (\"id\" INTEGER PRIMARY KEY, \"name\" TEXT, \"roles\" INTEGER, "
    "\"label_scope\" BLOB, \"password_hash\" TEXT, \"disabled\" INTEGER, \"made_at\" INTEGER, \"password_set_at\" "
    "INTEGER, \"last_login\" INTEGER); CREATE TABLE \"access_token\" (\"id\" INTEGER PRIMARY KEY, \"hash\" BLOB, "
    "\"kind\" INTEGER, \"user_name\" TEXT, \"name\" TEXT, \"roles\" INTEGER, \"made_at\" INTEGER, \"expires\" "
    "INTEGER, \"last_used\" INTEGER, \"last_address\" TEXT); CREATE TABLE \"change_draft\" (\"id\" INTEGER PRIMARY "
    "KEY, \"state\" INTEGER, \"step\" INTEGER, \"version\" INTEGER, \"origin\" INTEGER, \"immediate\" INTEGER, "
    "\"undoes\" INTEGER, \"author\" TEXT, \"approver\" TEXT, \"title\" TEXT, \"reason\" TEXT, \"ticket\" TEXT, "
    "\"exception_reason\" TEXT, \"override_reason\" TEXT, \"cells\" TEXT, \"note\" TEXT, \"base\" INTEGER, "
    "\"footprint\" TEXT, \"edits\" TEXT, \"stored\" INTEGER, \"zoned\" INTEGER, \"rest\" TEXT, \"undo_first\" "
    "TEXT, \"undo\" TEXT, \"touched\" TEXT, \"watched\" TEXT, \"pending\" TEXT, \"confirm_by\" INTEGER, "
    "\"created_at\" INTEGER, \"submitted_at\" INTEGER, \"approved_at\" INTEGER, \"committed_at\" INTEGER, "
    "\"ended_at\" INTEGER); CREATE TABLE \"audit_record\" (\"id\" INTEGER PRIMARY KEY, \"revision\" INTEGER, "
    "\"time\" INTEGER, \"actor_kind\" INTEGER, \"outcome\" INTEGER, \"actor\" TEXT, \"origin\" TEXT, \"event\" "
    "TEXT, \"object\" TEXT, \"code\" TEXT, \"ticket\" TEXT, \"reason\" TEXT, \"details\" BLOB, \"hash\" BLOB); "
    "CREATE TABLE \"audit_checkpoint\" (\"id\" INTEGER PRIMARY KEY, \"hash\" BLOB, \"time\" INTEGER, "
    "\"public_key\" BLOB, \"signature\" BLOB)";

// Version 3: what was changed at a target by --break-glass.
inline constexpr std::string_view kBreakGlass =
    "ALTER TABLE \"san_applied_target\" ADD COLUMN \"glass_broken_at\" INTEGER; ALTER TABLE \"san_applied_target\" "
    "ADD COLUMN \"glass_reason\" TEXT";

// Version 4: what change sets that drain take away stays until it is due.
inline constexpr std::string_view kDrain =
    "CREATE TABLE \"san_departure\" (\"id\" INTEGER PRIMARY KEY, \"created\" INTEGER, \"changed\" INTEGER, \"map\" "
    "INTEGER, \"everybody\" INTEGER, \"initiators\" TEXT, \"leaves_at\" INTEGER); ALTER TABLE \"change_draft\" ADD "
    "COLUMN \"drain\" INTEGER; ALTER TABLE \"change_draft\" ADD COLUMN \"drains\" INTEGER; ALTER TABLE "
    "\"change_draft\" ADD COLUMN \"due_at\" INTEGER; ALTER TABLE \"change_draft\" ADD COLUMN \"expected\" TEXT";

// Version 5: what a target demands of single initiators.
inline constexpr std::string_view kDemands =
    "ALTER TABLE \"san_applied_target\" ADD COLUMN \"proves_nothing\" TEXT; ALTER TABLE \"san_applied_target\" ADD "
    "COLUMN \"proves_one_way\" TEXT; ALTER TABLE \"san_applied_target\" ADD COLUMN \"proves_mutual\" TEXT";

// Version 6: since which step a secret is at both ends of a credential, and at which of its targets it is.
inline constexpr std::string_view kHeldSecrets =
    "ALTER TABLE \"credential\" ADD COLUMN \"current_step\" INTEGER; ALTER TABLE \"credential\" ADD COLUMN "
    "\"next_step\" INTEGER; ALTER TABLE \"san_credential\" ADD COLUMN \"held_by\" TEXT; ALTER TABLE "
    "\"san_credential\" ADD COLUMN \"lacked_by\" TEXT";

// Version 7: what the ends of a credential have while its user name or its direction changes.
inline constexpr std::string_view kCredentialTerms =
    "ALTER TABLE \"credential\" ADD COLUMN \"ends_mutual\" INTEGER; ALTER TABLE \"credential\" ADD COLUMN "
    "\"former_user\" TEXT; ALTER TABLE \"credential\" ADD COLUMN \"uses_former\" INTEGER";

// Version 8: since when a target lets single initiators in and gives them units, and the ends of a credential have it.
inline constexpr std::string_view kEntriesSince =
    "ALTER TABLE \"san_applied_target\" ADD COLUMN \"admitted_since\" TEXT; ALTER TABLE \"san_applied_target\" ADD "
    "COLUMN \"demanded_since\" TEXT; ALTER TABLE \"san_applied_target\" ADD COLUMN \"maps_since\" TEXT; ALTER TABLE "
    "\"san_applied_target\" ADD COLUMN \"enforcement_since\" INTEGER; ALTER TABLE \"san_credential\" ADD COLUMN "
    "\"mutual_since\" INTEGER; ALTER TABLE \"san_credential\" ADD COLUMN \"initiator_holds_since\" INTEGER; ALTER "
    "TABLE \"san_credential\" ADD COLUMN \"target_holds_since\" INTEGER; ALTER TABLE \"san_credential\" ADD COLUMN "
    "\"held_by_since\" TEXT; ALTER TABLE \"san_credential\" ADD COLUMN \"lacked_by_since\" TEXT";

// Version 9: from which addresses the names of an agent are accepted.
inline constexpr std::string_view kAgentAddresses =
    "CREATE TABLE \"agent_address\" (\"id\" INTEGER PRIMARY KEY, \"entity\" TEXT, \"reported\" BLOB, \"peer\" TEXT)";

// Version 10: which portals listen to signed messages only.
inline constexpr std::string_view kSigningPortals = "ALTER TABLE \"portal\" ADD COLUMN \"signs\" INTEGER";

// Version 11: what a token was made with.
inline constexpr std::string_view kTokenMakers =
    "ALTER TABLE \"access_token\" ADD COLUMN \"made_with\" INTEGER; ALTER TABLE \"access_token\" ADD COLUMN "
    "\"maker_token\" BLOB; ALTER TABLE \"access_token\" ADD COLUMN \"maker_certificate\" TEXT";

// Version 12: who commits a change set, for what is left to do after a restart.
inline constexpr std::string_view kCommitters =
    "ALTER TABLE \"change_draft\" ADD COLUMN \"committer\" TEXT; ALTER TABLE \"change_draft\" ADD COLUMN "
    "\"committed_from\" TEXT";

// Version 13: since when a node is registered, and a domain in no set; what of the configuration a past revision rests
// on; what the history builds on once it is pruned: where it was pruned before, that is made of the rows as they are
// (-1).
inline constexpr std::string_view kPastStates =
    "ALTER TABLE \"node\" ADD COLUMN \"registered_since\" INTEGER; ALTER TABLE \"domain\" ADD COLUMN "
    "\"unassigned_since\" INTEGER; CREATE TABLE \"server_policy\" (\"id\" INTEGER PRIMARY KEY, \"default_domain\" "
    "INTEGER, \"default_domain_since\" INTEGER, \"unassigned_domains_active\" INTEGER, "
    "\"unassigned_domains_since\" INTEGER, \"control_nodes\" TEXT); CREATE TABLE \"history_base\" (\"table_number\" "
    "INTEGER, \"row_id\" INTEGER, \"op\" BLOB, PRIMARY KEY (\"table_number\", \"row_id\")) WITHOUT ROWID; INSERT INTO "
    "\"meta\" (\"name\", \"value\") SELECT 'base_revision', CASE WHEN \"value\" = 0 THEN 0 ELSE -1 END FROM \"meta\" "
    "WHERE \"name\" = 'pruned_revision'; INSERT INTO \"meta\" (\"name\", \"value\") VALUES ('base_time', 0)";

// Version 14: what a certificate of a person was made with.
inline constexpr std::string_view kCertificateMakers =
    "ALTER TABLE \"certificate\" ADD COLUMN \"made_with\" INTEGER; ALTER TABLE \"certificate\" ADD COLUMN "
    "\"maker_token\" BLOB; ALTER TABLE \"certificate\" ADD COLUMN \"maker_certificate\" TEXT";

// Version 15: what an invitation was made with.
inline constexpr std::string_view kInvitationMakers =
    "ALTER TABLE \"enrolment_token\" ADD COLUMN \"made_with\" INTEGER; ALTER TABLE \"enrolment_token\" ADD COLUMN "
    "\"maker_token\" BLOB; ALTER TABLE \"enrolment_token\" ADD COLUMN \"maker_certificate\" TEXT";

// Version 16: since when a host consists of what it does and is part of its cluster; when a portal last left a domain.
inline constexpr std::string_view kHostsSince =
    "ALTER TABLE \"san_host\" ADD COLUMN \"entities_since\" TEXT; ALTER TABLE \"san_host\" ADD COLUMN "
    "\"nodes_since\" TEXT; ALTER TABLE \"san_host\" ADD COLUMN \"cluster_since\" INTEGER; ALTER TABLE \"domain\" "
    "ADD COLUMN \"portals_left\" INTEGER";

// Version 17: when the registration of a node ended, since when a set is enabled, and when a node last left a domain
// and a domain a set: of before, that is not known.
inline constexpr std::string_view kLastSeen =
    "ALTER TABLE \"node\" ADD COLUMN \"last_seen\" INTEGER; ALTER TABLE \"domain\" ADD COLUMN \"nodes_left\" INTEGER; "
    "ALTER TABLE \"domain_set\" ADD COLUMN \"enabled_since\" INTEGER; ALTER TABLE \"domain_set\" ADD COLUMN "
    "\"domains_left\" INTEGER; CREATE TABLE \"former_node\" (\"id\" INTEGER PRIMARY KEY, \"number\" INTEGER, "
    "\"name\" TEXT, \"last_seen\" INTEGER)";

// Version 18: at which revision the window of a change set, or what waits for the end of a drain, was begun anew.
inline constexpr std::string_view kBegunAnew = "ALTER TABLE \"change_draft\" ADD COLUMN \"anew\" INTEGER";

// Version 19: and when; in the record of a change set, which is kept longer than its row, in which revision its domains
// were stored, and what the windows said when it was committed (of before, that is not known).
inline constexpr std::string_view kChangeRecords =
    "ALTER TABLE \"change_draft\" ADD COLUMN \"anew_at\" INTEGER; ALTER TABLE \"san_change_set\" ADD COLUMN \"zoned\" "
    "INTEGER; ALTER TABLE \"san_change_set\" ADD COLUMN "
    "\"outside_windows\" TEXT; ALTER TABLE \"san_change_set\" ADD COLUMN \"freezes\" TEXT; UPDATE \"san_change_set\" "
    "SET \"zoned\" = (SELECT \"zoned\" FROM \"change_draft\" WHERE \"change_draft\".\"id\" = "
    "\"san_change_set\".\"id\" AND length(\"change_draft\".\"rest\") > 2)";

inline constexpr std::array kSteps{Step{2, "management", kManagementTables},
                                   Step{3, "break-glass", kBreakGlass},
                                   Step{4, "drain", kDrain},
                                   Step{5, "demands", kDemands},
                                   Step{6, "held-secrets", kHeldSecrets},
                                   Step{7, "credential-terms", kCredentialTerms},
                                   Step{8, "entries-since", kEntriesSince},
                                   Step{9, "agent-addresses", kAgentAddresses},
                                   Step{10, "signing-portals", kSigningPortals},
                                   Step{11, "token-makers", kTokenMakers},
                                   Step{12, "committers", kCommitters},
                                   Step{13, "past-states", kPastStates},
                                   Step{14, "certificate-makers", kCertificateMakers},
                                   Step{15, "invitation-makers", kInvitationMakers},
                                   Step{16, "hosts-since", kHostsSince},
                                   Step{17, "last-seen", kLastSeen},
                                   Step{18, "begun-anew", kBegunAnew},
                                   Step{19, "change-records", kChangeRecords}};
inline constexpr Plan kPlan{19, kSteps};
static_assert(problem(kPlan).empty());

}  // namespace migrations
