#include "isns-server/core/request.h"

#include <algorithm>

#include "isns-server/core/source_rights.h"
#include "shared/names/entity_id.h"
#include "shared/names/iscsi_name.h"
#include "shared/names/wwn.h"

namespace core {

using isns::Attribute;
using isns::Function;
using isns::Status;
using isns::ValueKind;
namespace tag = isns::tag;

bool isSource(const Attribute& attribute, Function function) {
  if (attribute.empty()) return false;
  switch (function) {
    case Function::RqstDomId:
      return attribute.tag == tag::kSwitchName;
    case Function::RlseDomId:
      return attribute.tag == tag::kEntityId || attribute.tag == tag::kSwitchName;
    case Function::GetDomId:
      return attribute.tag == tag::kSwitchName || attribute.tag == tag::kEntityId || attribute.tag == tag::kIscsiName ||
             attribute.tag == tag::kFcPortName;
    default:
      return attribute.tag == tag::kIscsiName || attribute.tag == tag::kFcPortName;
  }
}

// Replaces the value of a name by its normal spelling. The names module returns normal ones as they are.
Status RequestReader::normalise(Attribute& attribute, bool strictNames) {
  if (attribute.row == nullptr || attribute.empty()) return Status::Successful;
  if (attribute.row->kind == ValueKind::Ip) return normaliseIp(attribute);
  const bool isName = attribute.row->kind == ValueKind::IscsiName;
  const bool isPlain = attribute.row->kind == ValueKind::Text;
  if (!isName && !isPlain && attribute.row->kind != ValueKind::Eid) return Status::Successful;
  // From here on a text ends with its NUL, in answers too: not every client sends one.
  if (attribute.value.back() != 0) rewriteText(attribute, attribute.text());
  if (isPlain) return Status::Successful;
  const std::string_view text = attribute.text();
  std::string_view& known = isName ? normalName_ : normalEid_;
  if (!text.empty() && text == known) return Status::Successful;
  const names::FormRule rule = strictNames ? names::FormRule::Strict : names::FormRule::Relaxed;
  const base::Result<std::string_view> normal =
      isName ? names::normaliseIscsiName(text, scratch_, rule) : names::normaliseEntityId(text, scratch_);
  if (!normal) return Status::InvalidRegistration;
  if (normal->data() == text.data() && normal->size() == text.size()) {
    // Of one of the forms, it would pass under either rule.
    if (!isName || names::formOf(text) != names::NameForm::Other) known = text;
    return Status::Successful;
  }
  rewriteText(attribute, *normal);
  return Status::Successful;
}

void RequestReader::rewriteText(Attribute& attribute, std::string_view text) {
  base::Bytes& value = rewritten_.emplace_back(isns::paddedTextLength(text));
  std::memcpy(value.data(), text.data(), text.size());
  attribute.value = value;
}

Status RequestReader::normaliseIp(Attribute& attribute) {
  const isns::IpAddress given = attribute.ip();
  const isns::IpAddress normal = isns::normalIp(given);
  if (normal == given) return Status::Successful;
  attribute.value = rewritten_.emplace_back(normal.begin(), normal.end());
  return Status::Successful;
}

Status RequestReader::read(const isns::Message& message, const isns::FunctionRow& function, bool strictNames) {
  request_ = Request{};
  request_.function = function.function;
  request_.replace = message.replaces();
  attributes_.clear();
  rewritten_.clear();
  normalName_ = normalEid_ = {};

  const bool reads = function.effect == isns::Effect::Reads;
  isns::AttributeReader reader(message.payload);
  std::size_t delimiter = 0;
  Attribute attribute;
  while (reader.next(attribute)) {
    const bool first = attributes_.empty();
    if (attribute.isDelimiter()) {
      if (!attribute.empty() || request_.delimited) return Status::MessageFormatError;
      request_.delimited = true;
      delimiter = attributes_.size();
      if (first) return Status::SourceAbsent;
      continue;
    }
    // What a query cannot normalise matches nothing; a source is only looked up.
    const Status status = normalise(attribute, strictNames && !first);
    if (status != Status::Successful && !reads) return status;
    attributes_.push_back(attribute);
  }
  if (reader.status() != Status::Successful) return reader.status();
  if (attributes_.empty() || !isSource(attributes_.front(), function.function)) return Status::SourceAbsent;
  if (!request_.delimited) delimiter = attributes_.size();

  const std::span<const Attribute> all(attributes_);
  request_.source = all.front();
  request_.key = all.subspan(1, delimiter - 1);
  request_.operating = all.subspan(delimiter);
  return Status::Successful;
}

bool maySpeakAs(std::string_view spi, std::string_view name) {
  if (spi == name) return true;
  constexpr std::string_view kIqn = "iqn.";
  if (!name.starts_with(kIqn)) return false;
  name.remove_prefix(kIqn.size());
  constexpr std::string_view kDate = "YYYY-MM.";
  const bool dated = name.size() > kDate.size() && name[4] == '-' && name[7] == '.';
  if (dated) name.remove_prefix(kDate.size());
  // The labels of the SPI, last first, must be the first labels of the name.
  while (!spi.empty()) {
    const std::size_t dot = spi.rfind('.');
    const std::string_view label = dot == std::string_view::npos ? spi : spi.substr(dot + 1);
    if (label.empty() || !name.starts_with(label)) return false;
    name.remove_prefix(label.size());
    if (dot == std::string_view::npos) break;
    spi = spi.substr(0, dot);
    if (!name.starts_with('.')) return false;
    name.remove_prefix(1);
  }
  return name.empty() || name.front() == '.' || name.front() == ':' || name.front() == '-';
}

namespace {

bool isWwn(std::string_view spi, base::ByteView value) {
  const base::Result<names::Wwn> wwn = names::parseWwn(spi);
  return wwn && base::equal(*wwn, value);
}

// Whether an FC port that is not registered yet would be one of the entity with the signer's name.
bool registersInto(const Request& request, std::string_view eid) {
  bool named = false;
  for (const std::span<const Attribute> part : {request.key, request.operating}) {
    for (const Attribute& a : part) {
      if (a.tag != tag::kEntityId) continue;
      if (a.text() != eid) return false;
      named = true;
    }
  }
  return named && request.function == Function::DevAttrReg;
}

// Whether a signer may speak as this source, whatever kind of thing it is.
bool maySignFor(std::string_view spi, const Request& request, const Source& source, const State& state) {
  switch (request.source.tag) {
    case tag::kIscsiName:
      return maySpeakAs(spi, source.name);
    case tag::kEntityId:
      return request.source.text() == spi;
    case tag::kFcPortName:
      if (isWwn(spi, request.source.value)) return true;
      return source.fcPort == nullptr
                 ? registersInto(request, spi)
                 : state.get<Entity>(source.fcPort->entity)->attributes.text(tag::kEntityId) == spi;
    default:
      return isWwn(spi, request.source.value);
  }
}

}  // namespace

Status identify(const Request& request, const Peer& peer, const Registry& registry, const State& state,
                const Policy& policy, const NameGuards& guards, Source& source, Notes& notes) {
  source = Source{};
  source.attribute = request.source;
  source.address = peer.address;
  source.udp = peer.udp;
  source.guards = &guards;
  switch (request.source.tag) {
    case tag::kFcPortName:
      if (const FcPort* port = registry.findFcPort(state, request.source.value);
          port != nullptr && port->registered()) {
        source.fcPort = port;
      }
      break;
    case tag::kIscsiName:
      source.name = request.source.text();
      break;
    default:
      break;  // a switch or an entity, which the handler looks up
  }
  const bool isPort = request.source.tag == tag::kFcPortName;
  const auto isSource = [&](const ControlNode& node) {
    return isPort ? node.isPort(request.source.value) : !source.name.empty() && node.name == source.name;
  };
  bool claimsControl = false;
  for (const ControlNode& node : policy.controlNodes) {
    if (!isSource(node)) continue;
    claimsControl = true;
    if (!node.key.empty() && node.key == peer.authenticatedSpi) source.control = true;
    // A datagram may say any address as its own, and needs no answer to do its work.
    if (peer.udp) continue;
    for (const isns::AddressPrefix& range : node.addresses) source.control |= range.holds(peer.address);
  }
  if (claimsControl && !source.control) {
    notes.controlNodeRefused = true;
    return Status::SourceUnauthorized;
  }
  if (!peer.authenticatedSpi.empty() && !source.control && !maySignFor(peer.authenticatedSpi, request, source, state)) {
    return Status::SourceUnauthorized;
  }
  source.signer = peer.authenticatedSpi;
  if (!source.name.empty()) {
    if (const Node* node = registry.findNode(state, source.name); node != nullptr && node->registered())
      source.node = node;
  }
  return mayBeSource(source, state, policy, notes) ? Status::Successful : Status::SourceUnauthorized;
}

}  // namespace core
