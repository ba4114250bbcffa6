#include "isns-server/ctl/isns_client.h"

#include <algorithm>
#include <set>

#include "isns-server/ctl/fields.h"
#include "isns-server/ctl/status_advice.h"
#include "shared/ctl/option_values.h"
#include "shared/ctl/own_name.h"
#include "shared/isns/message_text.h"
#include "shared/isns/value_text.h"

namespace ctl {
namespace {

using isns::Object;
using isns::ObjectType;
using isns::Response;
using isns::Status;
using isns::Tag;

constexpr bool is(const Response& response, Status status) {
  return response.status == static_cast<std::uint32_t>(status);
}

// The attributes of the object that a DevGetNext answer describes; its key may stand in the key only.
Object nextObject(ObjectType type, const Response& response) {
  Object object{type, {}};
  for (const auto* list : {&response.operating, &response.key}) {
    for (const isns::AttributeValue& attribute : *list) {
      const bool member = attribute.view().row != nullptr && attribute.view().row->role == isns::Role::Member;
      if (attribute.tag != 0 && (member || object.find(attribute.tag) == nullptr))
        object.attributes.push_back(attribute);
    }
  }
  return object;
}

// The key to go on with: by the same attributes as asked where the answer has them, else what the answer has for a key.
base::Bytes followingKey(base::ByteView asked, const Object& object, const Response& response) {
  base::Bytes key;
  isns::AttributeWriter writer(key);
  bool all = true;
  const auto asked_ = isns::readAttributes(asked);
  for (const isns::AttributeValue& attribute : *asked_) {
    const isns::AttributeValue* found = object.find(attribute.tag);
    if (found == nullptr || found->empty()) {
      all = false;
      break;
    }
    writer.raw(found->tag, found->value);
  }
  if (all) return key;
  key.clear();
  for (const isns::AttributeValue& attribute : response.key) writer.raw(attribute.tag, attribute.value);
  return key;
}

base::Bytes firstKey(ObjectType type) {
  // RFC 4171 5.6.5.3 names the index, not the key, for portal groups.
  if (type == ObjectType::PortalGroup) return isns::makeTlv(isns::indexTag(type), {});
  return isns::emptyKey(type);
}

std::string plural(ObjectType type) {
  std::string name(isns::objectTypeName(type));
  std::replace(name.begin(), name.end(), '_', ' ');
  return name == "entity" ? "entities" : name + "s";
}

}  // namespace

Asked<base::Bytes> parseSource(std::string_view name) {
  const bool digits = name.find_first_not_of("0123456789abcdefABCDEF:") == std::string_view::npos;
  const bool wwn = digits && (name.size() == 16 || name.size() == 23);
  const auto source = parseFieldValue(wwn ? isns::tag::kFcPortName : isns::tag::kIscsiName, name);
  if (!source) return base::fail(source.error());
  return source->tlv();
}

Asked<IsnsClient> IsnsClient::open(const Invocation& invocation, Context& context,
                                   std::optional<std::string> naturalSource) {
  ServerSettings settings;
  settings.server = invocation.one("--server").value_or(kDefaultServer);
  settings.udp = invocation.has("--udp");
  settings.verbose = invocation.has("--verbose");
  settings.keyFile = invocation.one("--auth-key").value_or("");
  const auto timeout = secondsOption(invocation, "--timeout");
  if (!timeout) return base::fail(timeout.error());
  settings.timeout = timeout->value_or(kDefaultTimeout);

  std::string source;
  if (invocation.has("--control")) {
    source = invocation.one("--control-name").value_or(kDefaultControlName);
  } else if (const auto given = invocation.one("--source")) {
    source = *given;
  } else {
    source = naturalSource ? *naturalSource : initiatorName(context);
  }
  auto sourceTlv = parseSource(source);
  if (!sourceTlv) return base::fail(sourceTlv.error());
  settings.source = std::move(*sourceTlv);
  settings.keyName = invocation.one("--auth-name").value_or(source);

  const auto format = parseFormat(invocation.one("--output").value_or("table"));
  IsnsClient client(Output(context.out, format.value_or(Format::Table)), settings);
  client.connection_ = context.connect(client.settings_);
  client.failIfEmpty_ = invocation.has("--fail-if-empty");
  return client;
}

std::string IsnsClient::sourceName() const {
  const auto attributes = isns::readAttributes(settings_.source);
  return isns::formatValue(attributes->front().view());
}

Failure IsnsClient::refused(const std::string& what, std::uint32_t status) {
  return {Exit::Refused, what, "the server answers " + isns::describeStatus(status), std::string(statusAdvice(status))};
}

Outcome IsnsClient::emptyOutcome(bool empty, const std::string& what) const {
  if (!empty || !failIfEmpty_) return {};
  return base::fail(Failure{Exit::Empty, what, "nothing found", ""});
}

Asked<Response> IsnsClient::ask(const isns::Request& request, const std::string& what) {
  auto response = connection_->ask(request);
  if (response && !response->ok()) return base::fail(refused(what, response->status));
  return response;
}

Asked<std::vector<Object>> IsnsClient::query(base::ByteView key, std::span<const Tag> wanted, const std::string& what) {
  const auto response = connection_->ask(isns::query(key, wanted));
  if (!response) return base::fail(response.error());
  if (is(*response, Status::NoSuchEntry)) return std::vector<Object>{};
  if (!response->ok()) return base::fail(refused(what, response->status));
  return isns::mergeObjects(isns::groupObjects(response->operating));
}

Asked<std::vector<Object>> IsnsClient::list(ObjectType type, std::span<const Tag> wanted, std::size_t limit,
                                            std::string_view word) {
  const std::string what = "cannot list the " + (word.empty() ? plural(type) : std::string(word));
  std::vector<Object> objects;
  std::set<base::Bytes> seen;
  const base::Bytes first = firstKey(type);
  for (base::Bytes key = first; objects.size() < limit;) {
    const auto response = connection_->ask(isns::getNext(key, {}, wanted));
    if (!response) return base::fail(response.error());
    if (is(*response, Status::NoSuchEntry)) break;
    if (!response->ok()) {
      if (objects.empty() && !is(*response, Status::SourceUnauthorized) && !is(*response, Status::SourceUnknown)) {
        return listByQuery(type, wanted, what);
      }
      return base::fail(refused(what, response->status));
    }
    Object object = nextObject(type, *response);
    key = followingKey(first, object, *response);
    if (key.empty() || !seen.insert(key).second) {
      return base::fail(Failure{Exit::Malformed, what,
                                key.empty() ? "the server does not name the next object" : "the server repeats itself",
                                ""});
    }
    objects.push_back(std::move(object));
  }
  return objects;
}

Asked<std::vector<Object>> IsnsClient::listByQuery(ObjectType type, std::span<const Tag> wanted,
                                                   const std::string& what) {
  auto objects = query(isns::emptyKey(type), wanted, what);
  if (!objects) return objects;
  std::erase_if(*objects, [&](const Object& object) { return object.type != type; });
  return objects;
}

}  // namespace ctl
