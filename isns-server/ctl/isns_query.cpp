// `sanctl isns query`, `list`, `show node` and `ping` (RFC 4171 5.6.5.2, 5.6.5.3).
#include <algorithm>
#include <cmath>
#include <map>

#include "isns-server/ctl/domain_reader.h"
#include "isns-server/ctl/fields.h"
#include "isns-server/ctl/isns_client.h"
#include "isns-server/ctl/isns_handlers.h"
#include "isns-server/ctl/isns_lists.h"
#include "isns-server/ctl/object_output.h"
#include "shared/ctl/option_values.h"
#include "shared/isns/message_text.h"

namespace ctl {
namespace {

using isns::Object;
using isns::ObjectType;
using isns::Tag;
namespace tag = isns::tag;

Asked<std::vector<Tag>> wantedFields(const Invocation& invocation) {
  std::vector<Tag> wanted;
  for (const std::string_view list : invocation.all("--get")) {
    const auto tags = parseFieldList(list);
    if (!tags) return base::fail(tags.error());
    wanted.insert(wanted.end(), tags->begin(), tags->end());
  }
  return wanted;
}

std::vector<Object> ofType(std::span<const Object> objects, ObjectType type) {
  std::vector<Object> some;
  std::copy_if(objects.begin(), objects.end(), std::back_inserter(some),
               [&](const Object& object) { return object.type == type; });
  return some;
}

// Objects of several kinds: a table for each kind; in JSON and CSV one list with the kind as the first field.
void printMixed(Output& output, std::span<const Object> objects, std::span<const Tag> wanted) {
  if (output.format() != Format::Table) {
    Sheet sheet =
        fieldSheet(objects, wanted.empty() ? tagsIn(objects) : std::vector<Tag>(wanted.begin(), wanted.end()));
    sheet.columns.insert(sheet.columns.begin(), {"object", "OBJECT"});
    for (std::size_t i = 0; i < objects.size(); ++i) {
      sheet.rows[i].insert(sheet.rows[i].begin(), base::Json(isns::objectTypeName(objects[i].type)));
    }
    return output.sheet(sheet);
  }
  std::vector<Section> sections;
  for (std::size_t i = 0; i < isns::kObjectTypes; ++i) {
    const auto type = static_cast<ObjectType>(i);
    const std::vector<Object> some = ofType(objects, type);
    if (some.empty()) continue;
    const std::string name(isns::objectTypeName(type));
    sections.push_back({name, name, fieldSheet(some, tagsIn(some))});
  }
  output.report(sections);
}

// Everything that stands around a node, asked for in one query.
std::vector<Tag> aroundNode() {
  std::vector<Tag> wanted;
  for (const ObjectType type : {ObjectType::Entity, ObjectType::Node, ObjectType::Portal, ObjectType::PortalGroup}) {
    const auto tags = fieldsOf(type);
    wanted.insert(wanted.end(), tags.begin(), tags.end());
  }
  return wanted;
}

struct Neighbourhood {
  std::vector<Object> domains;
  std::vector<Object> sets;
  std::map<std::string, std::vector<std::uint32_t>> nodes;  // who shares a domain, and which
};

Asked<Neighbourhood> neighbourhoodOf(IsnsClient& client, std::string_view node, base::ByteView key) {
  Neighbourhood around;
  const auto domains = domainsOf(client, node, key);
  if (!domains) return base::fail(domains.error());
  for (const std::uint32_t id : *domains) {
    auto domain = readDomain(client, id);
    if (!domain) return base::fail(domain.error());
    if (!domain->has_value()) continue;
    for (const MemberRow& row : (*domain)->members) {
      if (row.member && row.member != node && row.kind != std::string_view("portal")) {
        around.nodes[*row.member].push_back(id);
      }
    }
    around.domains.push_back(std::move((*domain)->itself));
  }
  // A server without sets refuses the question; then there are none.
  constexpr Tag kSetId[] = {tag::kDdsId};
  const auto sets = client.query(key, kSetId, "cannot ask for the node's domain sets");
  if (!sets && sets.error().exit != Exit::Refused) return base::fail(sets.error());
  if (!sets) return around;
  for (const Object& named : ofType(*sets, ObjectType::DomainSet)) {
    constexpr Tag kSetFields[] = {tag::kDdsId, tag::kDdsName, tag::kDdsStatus};
    const auto set = client.query(named.keyTlvs(), kSetFields, "cannot ask for the domain set");
    if (!set) return base::fail(set.error());
    for (Object& object : ofType(*set, ObjectType::DomainSet)) around.sets.push_back(std::move(object));
  }
  return around;
}

Sheet neighbourSheet(const Neighbourhood& around) {
  Sheet sheet;
  sheet.columns = {{"iscsi_name", "NAME"}, {"dd_id", "DOMAINS"}};
  for (const auto& [name, domains] : around.nodes) {
    base::Json::Array ids;
    for (const std::uint32_t id : domains) ids.emplace_back(id);
    sheet.rows.push_back({base::Json(name), base::Json(std::move(ids))});
  }
  return sheet;
}

}  // namespace

Outcome isnsQuery(const Invocation& invocation, Context& context) {
  base::Bytes key;
  ObjectType type = ObjectType::None;
  for (const std::string_view text : invocation.all("--key")) {
    const auto field = parseField(text);
    if (!field) return base::fail(field.error());
    type = field->object();
    base::append(key, field->tlv());
  }
  auto wanted = wantedFields(invocation);
  if (!wanted) return base::fail(wanted.error());
  const bool chosen = !wanted->empty();
  if (invocation.has("--all")) {
    wanted->clear();
  } else if (!chosen) {
    // Some servers take "no attribute named" for "all", some for "none"; naming them is clear to each.
    *wanted = type == ObjectType::None ? aroundNode() : fieldsOf(type);
  }
  auto client = IsnsClient::open(invocation, context);
  if (!client) return base::fail(client.error());
  const auto objects = client->query(key, *wanted, "cannot query");
  if (!objects) return base::fail(objects.error());
  printMixed(client->output(), *objects, chosen ? std::span<const Tag>(*wanted) : std::span<const Tag>{});
  return client->emptyOutcome(objects->empty(), "query");
}

Outcome isnsList(const Invocation& invocation, Context& context) {
  return listKind(*findListKind(invocation.one("TYPE").value_or("")), invocation, context);
}

Outcome listKind(const ListKind& kind, const Invocation& invocation, Context& context) {
  auto wanted = wantedFields(invocation);
  if (!wanted) return base::fail(wanted.error());
  const bool chosen = !wanted->empty();
  if (!chosen) *wanted = fieldsOf(kind.type);
  const auto given = countOption(invocation, "--limit");
  if (!given) return base::fail(given.error());
  const std::size_t limit = given->value_or(SIZE_MAX);
  auto client = IsnsClient::open(invocation, context);
  if (!client) return base::fail(client.error());
  // The type must be known to choose by it.
  std::vector<Tag> asked = *wanted;
  if (kind.nodeType != 0 && std::find(asked.begin(), asked.end(), tag::kNodeType) == asked.end()) {
    asked.push_back(tag::kNodeType);
  }
  auto objects = client->list(kind.type, asked, kind.nodeType != 0 ? SIZE_MAX : limit,
                              kind.nodeType != 0 ? kind.word : std::string_view{});
  if (!objects) return base::fail(objects.error());
  if (kind.nodeType != 0) {
    std::erase_if(*objects,
                  [&](const Object& object) { return (object.u32(tag::kNodeType).value_or(0) & kind.nodeType) == 0; });
  }
  if (objects->size() > limit) objects->resize(limit);
  printObjects(client->output(), kind.type, *objects, *wanted, chosen);
  return client->emptyOutcome(objects->empty(), "list " + std::string(kind.word));
}

Outcome isnsShowNode(const Invocation& invocation, Context& context) {
  const auto name = parseFieldValue(tag::kIscsiName, invocation.one("NAME").value_or(""));
  if (!name) return base::fail(name.error());
  auto client = IsnsClient::open(invocation, context);
  if (!client) return base::fail(client.error());
  const base::Bytes key = name->tlv();
  const auto objects = client->query(key, aroundNode(), "cannot ask for the node");
  if (!objects) return base::fail(objects.error());
  const std::vector<Object> nodes = ofType(*objects, ObjectType::Node);
  const std::string text(isns::Attribute{name->tag, name->value, name->row}.text());
  const auto self =
      std::find_if(nodes.begin(), nodes.end(), [&](const Object& node) { return node.text(tag::kIscsiName) == text; });
  if (self == nodes.end()) {
    return base::fail(
        Failure{Exit::Empty, "no such node",
                "\"" + text + "\" is not registered, or the source \"" + client->sourceName() + "\" may not see it",
                "a control node sees all: --control"});
  }
  const auto around = neighbourhoodOf(*client, text, key);
  if (!around) return base::fail(around.error());

  const std::vector<Object> entities = ofType(*objects, ObjectType::Entity);
  std::vector<Section> sections{{"node", "node", recordOf(*self)}};
  if (!entities.empty()) sections.push_back({"entity", "entity", recordOf(entities.front())});
  const auto append = [&](const char* field, const char* title, ObjectType type, std::span<const Object> some) {
    sections.push_back({field, title, sectionSheet(client->output(), type, some)});
  };
  append("portals", "portals", ObjectType::Portal, ofType(*objects, ObjectType::Portal));
  append("portal_groups", "portal groups", ObjectType::PortalGroup, ofType(*objects, ObjectType::PortalGroup));
  append("domains", "domains", ObjectType::Domain, around->domains);
  append("domain_sets", "domain sets", ObjectType::DomainSet, around->sets);
  sections.push_back({"neighbours", "shares a domain with", neighbourSheet(*around)});
  client->output().report(sections);
  return {};
}

Outcome isnsPing(const Invocation& invocation, Context& context) {
  const auto count = countOption(invocation, "--count");
  if (!count) return base::fail(count.error());
  auto client = IsnsClient::open(invocation, context);
  if (!client) return base::fail(client.error());
  const isns::Request question = harmlessQuestion(client->settings().source);
  for (std::uint64_t i = 0; i < count->value_or(1); ++i) {
    const base::TimePoint start = context.now().mono;
    const auto response = client->askAny(question);  // any answer shows that it speaks iSNS
    if (!response) return base::fail(response.error());
    const std::chrono::duration<double, std::milli> took = context.now().mono - start;
    // On its own line a number wants its unit.
    const bool forPeople = client->output().format() == Format::Table;
    base::Json milliseconds(std::round(took.count() * 1000) / 1000);
    if (forPeople) milliseconds = base::Json(milliseconds.plain() + " ms");
    client->output().line({{"server", "SERVER", base::Json(client->connection().server())},
                           {"result", "RESULT", base::Json("speaks iSNS")},
                           {"status", "STATUS", base::Json(isns::describeStatus(response->status))},
                           {"milliseconds", "MS", std::move(milliseconds)}});
  }
  return {};
}

}  // namespace ctl
