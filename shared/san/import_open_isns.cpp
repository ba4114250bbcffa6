#include "shared/san/import_open_isns.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "shared/base/byte_order_mark.h"
#include "shared/isns/attributes.h"
#include "shared/isns/ip_text.h"
#include "shared/names/iscsi_name.h"
#include "shared/names/ports.h"
#include "shared/san/document.h"

namespace san {
namespace {

constexpr std::string_view kSetName = "open-isns";

struct Attribute {
  std::uint32_t tag = 0;
  std::string_view value;  // without its quotes
  std::size_t line = 0;
};

struct Listed {
  std::size_t line = 0;
  std::vector<Attribute> attributes;

  [[nodiscard]] const Attribute* find(std::uint32_t tag) const {
    for (const Attribute& one : attributes) {
      if (one.tag == tag) return &one;
    }
    return nullptr;
  }
};

// "  0812  string      : DD name = "web"": four hexadecimal digits first, the value behind the first " = ".
std::optional<Attribute> attributeIn(std::string_view line, std::size_t number) {
  constexpr std::size_t kIndent = 2;
  constexpr std::size_t kDigits = 4;
  if (line.size() < kIndent + kDigits + 2 || !line.starts_with("  ") || line[kIndent + kDigits] != ' ') return {};
  const auto tag = isns::parseNumber("0x" + std::string(line.substr(kIndent, kDigits)));
  const std::size_t colon = line.find(" : ");
  const std::size_t equals = line.find(" = ", colon == std::string_view::npos ? 0 : colon);
  if (!tag || colon == std::string_view::npos || equals == std::string_view::npos) return {};
  std::string_view value = line.substr(equals + 3);
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
  return Attribute{static_cast<std::uint32_t>(*tag), value, number};
}

// Of open-isns alone, such as a policy's: "  0003v opaque      : Policy key = ...", with the low half of a vendor's
// tag.
bool isPrivate(std::string_view line) {
  constexpr std::size_t kMark = 6;
  return line.size() > kMark + 1 && line.starts_with("  ") && line[kMark] == 'v' && line[kMark + 1] == ' ' &&
         isns::parseNumber("0x" + std::string(line.substr(2, kMark - 2)));
}

// As both tools write a value that is not there.
bool isNone(std::string_view value) { return value.empty() || value == "<NIL>" || value == "<empty>"; }

bool beginsObject(std::string_view line) {
  return line.starts_with("Object ") || line.starts_with("Object:") || line.starts_with("object[") ||
         line.starts_with("Registered DD:");
}

class OpenIsnsImporter {
 public:
  Imported run(std::string_view text) {
    if (const auto line = lineThatIsNotUtf8(text)) {
      wrong(*line, "The listing is not UTF-8 here: save it in UTF-8.");
      text = {};
    }
    read(base::withoutByteOrderMark(text));
    if (objects_.empty() && made_.errors.empty()) {
      wrong(1, "This is no listing of isnsadm or isnsd: it names no object.");
    }
    for (const Listed& object : objects_) readIndexes(object);
    for (const Listed& object : objects_) readDomain(object);
    if (!objects_.empty() && domains_.empty() && made_.errors.empty()) {
      wrong(objects_.front().line, "No object of the listing is a discovery domain: isnsadm --list dds lists them.");
    }
    return finish();
  }

 private:
  void wrong(std::size_t line, std::string text) { made_.addError("line " + std::to_string(line), std::move(text)); }

  void read(std::string_view text) {
    for (std::size_t number = 1; !text.empty(); ++number) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      std::string_view line = text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (beginsObject(line)) {
        if (objects_.size() == kMaxListedObjects) {
          return wrong(number, "There are more than " + std::to_string(kMaxListedObjects) + " objects.");
        }
        objects_.push_back({number, {}});
      } else if (const auto attribute = attributeIn(line, number); attribute && !objects_.empty()) {
        objects_.back().attributes.push_back(*attribute);
      } else if (!objects_.empty() && !isPrivate(line) && line.starts_with(' ') &&
                 line.find_first_not_of(' ') != std::string_view::npos) {
        // Lines of an object are indented; what stands between objects, such as rules and headings, is not.
        wrong(number, "This is no attribute as isnsadm and isnsd print them, \"  0811  uint32      : DD ID = 1\".");
      }
    }
  }

  // What members are called that a domain names by their index alone.
  void readIndexes(const Listed& object) {
    const Attribute* node = object.find(isns::tag::kIscsiName);
    const Attribute* nodeIndex = object.find(isns::tag::kNodeIndex);
    if (node != nullptr && nodeIndex != nullptr) nodes_[nodeIndex->value] = node->value;
    const Attribute* address = object.find(isns::tag::kPortalIp);
    const Attribute* port = object.find(isns::tag::kPortalPort);
    const Attribute* portalIndex = object.find(isns::tag::kPortalIndex);
    if (address == nullptr || portalIndex == nullptr) return;
    if (const auto portal = portalOf(address->value, port == nullptr ? std::string_view() : port->value))
      portals_[portalIndex->value] = *portal;
  }

  static std::optional<std::string> portalOf(std::string_view address, std::string_view port) {
    const auto ip = isns::parseIp(address);
    const auto number = isNone(port) ? std::optional<std::uint32_t>(names::kIscsiPort) : isns::parsePort(port);
    if (!ip || !number) return std::nullopt;
    return isns::formatPortal({*ip, *number});
  }

  void readDomain(const Listed& object) {
    if (object.attributes.empty()) return;
    if (object.attributes.front().tag == isns::tag::kDdsId) {
      return wrong(object.line, "This is a domain set, which was not taken over.");
    }
    const Attribute* id = object.find(isns::tag::kDdId);
    if (id == nullptr || !domains_.insert(id->value).second) return;
    const Attribute* name = object.find(isns::tag::kDdName);
    const bool named = name != nullptr && !isNone(name->value);
    const std::string called = named ? std::string(name->value) : "dd-" + std::string(id->value);
    if (!names_.insert(called).second) return wrong(object.line, "Another domain is called " + called + " too.");
    std::set<std::string> nodes, portals;
    readMembers(object, nodes, portals);
    base::Json::Object entry{{"name", called}};
    for (const auto& [field, members] : {std::pair{"nodes", &nodes}, std::pair{"portals", &portals}}) {
      base::Json::Array list;
      for (const std::string& member : *members) list.emplace_back(member);
      if (!list.empty()) entry.push_back({field, std::move(list)});
    }
    made_.origins.emplace_back("/domains/" + std::to_string(entries_.size()), "line " + std::to_string(object.line));
    entries_.emplace_back(std::move(entry));
  }

  // A member is an index, and its name or address behind it where the server knows that.
  void readMembers(const Listed& object, std::set<std::string>& nodes, std::set<std::string>& portals) {
    const auto& all = object.attributes;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const Attribute* next = i + 1 < all.size() ? &all[i + 1] : nullptr;
      if (all[i].tag == isns::tag::kDdMemberNodeIndex) {
        if (next != nullptr && next->tag == isns::tag::kDdMemberIscsiName) continue;
        const auto known = nodes_.find(all[i].value);
        if (known == nodes_.end()) {
          wrong(all[i].line, "The listing does not say which node has this index.");
        } else {
          addNode(known->second, all[i].line, nodes);
        }
      } else if (all[i].tag == isns::tag::kDdMemberIscsiName) {
        addNode(all[i].value, all[i].line, nodes);
      } else if (all[i].tag == isns::tag::kDdMemberFcPortName) {
        wrong(all[i].line, "A Fibre Channel port (iFCP) was left out: what is zoned here speaks iSCSI.");
      } else if (all[i].tag == isns::tag::kDdMemberPortalIndex) {
        if (next != nullptr && next->tag == isns::tag::kDdMemberPortalIp) continue;
        const auto known = portals_.find(all[i].value);
        if (known == portals_.end()) {
          wrong(all[i].line, "The listing does not say which portal has this index.");
        } else {
          portals.insert(known->second);
        }
      } else if (all[i].tag == isns::tag::kDdMemberPortalIp) {
        const bool port = next != nullptr && next->tag == isns::tag::kDdMemberPortalPort;
        const auto portal = portalOf(all[i].value, port ? next->value : std::string_view());
        if (portal) {
          portals.insert(*portal);
        } else {
          wrong(all[i].line, "This is no address and port.");
        }
      }
    }
  }

  void addNode(std::string_view text, std::size_t line, std::set<std::string>& nodes) {
    std::string scratch;
    const auto name = names::normaliseIscsiName(text, scratch);
    if (name) {
      nodes.insert(std::string(*name));
    } else {
      wrong(line, "The member " + std::string(text) + " was left out: " + name.error().text + ".");
    }
  }

  Imported finish() {
    made_.mode = DocumentMode::Add;
    base::Json::Array members;
    for (const base::Json& entry : entries_) members.push_back(*entry.find("name"));
    base::Json::Array sets;
    if (!members.empty()) sets.emplace_back(base::Json::Object{{"name", kSetName}, {"domains", std::move(members)}});
    made_.document = base::Json::Object{
        {"format", kDocumentFormat}, {"domains", std::move(entries_)}, {"domain-sets", std::move(sets)}};
    return std::move(made_);
  }

  Imported made_;
  std::vector<Listed> objects_;
  std::map<std::string_view, std::string_view> nodes_;  // by index
  std::map<std::string_view, std::string> portals_;
  std::set<std::string_view> domains_;  // DD_IDs
  std::set<std::string> names_;
  base::Json::Array entries_;
};

}  // namespace

Imported importOpenIsns(std::string_view text) { return OpenIsnsImporter().run(text); }

bool looksLikeOpenIsns(std::string_view text) {
  text = base::withoutByteOrderMark(text);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (beginsObject(text.substr(0, end))) return true;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return false;
}

}  // namespace san
