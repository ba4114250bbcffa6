#include "isns-server/core/request.h"

#include "shared/names/entity_id.h"
#include "shared/names/iscsi_name.h"

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
  const std::string_view text = attribute.text();
  base::Result<std::string_view> normal = text;
  switch (attribute.row->kind) {
    case ValueKind::IscsiName:
      normal =
          names::normaliseIscsiName(text, scratch_, strictNames ? names::FormRule::Strict : names::FormRule::Relaxed);
      break;
    case ValueKind::Eid:
      normal = names::normaliseEntityId(text, scratch_);
      break;
    default:
      return Status::Successful;
  }
  if (!normal) return Status::InvalidRegistration;
  if (normal->data() == text.data() && normal->size() == text.size()) return Status::Successful;
  base::Bytes& value = rewritten_.emplace_back(isns::paddedTextLength(*normal));
  std::memcpy(value.data(), normal->data(), normal->size());
  attribute.value = value;
  return Status::Successful;
}

Status RequestReader::read(const isns::Message& message, const isns::FunctionRow& function, bool strictNames) {
  request_ = Request{};
  request_.function = function.function;
  request_.replace = message.replaces();
  attributes_.clear();
  rewritten_.clear();

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

Status identify(const Request& request, const Peer& peer, const Registry& registry, const State& state,
                const Policy& policy, Source& source, Notes& notes) {
  source = Source{};
  source.attribute = request.source;
  switch (request.source.tag) {
    case tag::kFcPortName:
      if (const FcPort* port = registry.findFcPort(state, request.source.value);
          port != nullptr && port->registered()) {
        source.fcPort = port;
      }
      return Status::Successful;
    case tag::kIscsiName:
      source.name = request.source.text();
      break;
    default:
      return Status::Successful;  // a switch or an entity, which the handler looks up
  }
  bool claimsControl = false;
  for (const ControlNode& node : policy.controlNodes) {
    if (node.name != source.name) continue;
    claimsControl = true;
    if (!node.key.empty() && node.key == peer.authenticatedSpi) source.control = true;
    for (const AddressRange& range : node.addresses) source.control |= range.contains(peer.address);
  }
  if (claimsControl && !source.control) {
    notes.controlNodeRefused = true;
    return Status::SourceUnauthorized;
  }
  // A signature speaks for the name that it is made with (the SPI), and for no other.
  if (!peer.authenticatedSpi.empty() && !source.control && peer.authenticatedSpi != source.name) {
    return Status::SourceUnauthorized;
  }
  if (const Node* node = registry.findNode(state, source.name); node != nullptr && node->registered())
    source.node = node;
  return Status::Successful;
}

}  // namespace core
