#include "shared/isns/request_builders.h"

#include "shared/base/overloaded.h"
#include "shared/isns/response_reader.h"

namespace isns {
namespace {

base::Bytes copyOf(base::ByteView bytes) { return {bytes.begin(), bytes.end()}; }

void appendEmpty(base::Bytes& out, std::span<const Tag> tags) {
  AttributeWriter writer(out);
  for (const Tag tag : tags) writer.empty(tag);
}

base::Bytes scnKey(const ScnNode& node) {
  base::Bytes bytes;
  AttributeWriter writer(bytes);
  std::visit(base::Overloaded{[&](const std::string& name) { writer.text(tag::kIscsiName, name); },
                              [&](const Wwn& wwpn) { writer.raw(tag::kFcPortName, wwpn); }},
             node);
  return bytes;
}

Request scnRequest(Function function, const ScnNode& node, std::uint32_t bitmap) {
  Request request{.function = function, .key = scnKey(node)};
  const bool fc = std::holds_alternative<Wwn>(node);
  AttributeWriter(request.operating).u32(fc ? tag::kIfcpScnBitmap : tag::kScnBitmap, bitmap);
  return request;
}

void appendMembers(base::Bytes& out, std::span<const DomainMember> members) {
  AttributeWriter writer(out);
  const base::Overloaded append{
      [&](const std::string& name) { writer.text(tag::kDdMemberIscsiName, name); },
      [&](NodeIndex node) { writer.u32(tag::kDdMemberNodeIndex, node.index); },
      [&](const Wwn& wwpn) { writer.raw(tag::kDdMemberFcPortName, wwpn); },
      [&](const PortalAddress& portal) {
        writer.ip(tag::kDdMemberPortalIp, portal.ip);
        writer.u32(tag::kDdMemberPortalPort, portal.port);
      },
      [&](PortalIndex portal) { writer.u32(tag::kDdMemberPortalIndex, portal.index); },
  };
  for (const DomainMember& member : members) std::visit(append, member);
}

// The id of a domain or set: as the key of an existing one, among the operating attributes of a new one.
void appendId(Request& request, Tag tag, std::optional<std::uint32_t> existing, std::optional<std::uint32_t> id) {
  if (existing) AttributeWriter(request.key).u32(tag, *existing);
  AttributeWriter operating(request.operating);
  if (existing) {
    operating.u32(tag, *existing);
  } else if (id) {
    operating.u32(tag, *id);
  }
}

base::Bytes u32Tlv(Tag tag, std::uint32_t value) {
  base::Bytes bytes;
  AttributeWriter(bytes).u32(tag, value);
  return bytes;
}

base::Bytes textTlv(Tag tag, std::string_view text) {
  base::Bytes bytes;
  AttributeWriter(bytes).text(tag, text);
  return bytes;
}

}  // namespace

Request registerObjects(const Registration& registration) {
  Request request{.function = Function::DevAttrReg, .replace = registration.replace, .key = registration.key};
  AttributeWriter writer(request.operating);
  writer.encoded(registration.entity.bytes());
  for (const AttributeList& portal : registration.portals) writer.encoded(portal.bytes());
  for (const NodeRegistration& node : registration.nodes) {
    writer.encoded(node.attributes.bytes());
    for (const PortalGroup& group : node.groups) {
      if (group.tag) {
        writer.u32(tag::kPgTag, *group.tag);
      } else {
        writer.empty(tag::kPgTag);
      }
      for (const PortalAddress& portal : group.portals) {
        writer.ip(tag::kPgPortalIp, portal.ip);
        writer.u32(tag::kPgPortalPort, portal.port);
      }
    }
  }
  for (const AttributeList& port : registration.fcPorts) writer.encoded(port.bytes());
  for (const AttributeList& device : registration.fcDevices) writer.encoded(device.bytes());
  return request;
}

Request query(base::ByteView key, std::span<const Tag> wanted) {
  Request request{.function = Function::DevAttrQry, .key = copyOf(key)};
  appendEmpty(request.operating, wanted);
  return request;
}

Request getNext(base::ByteView key, base::ByteView filter, std::span<const Tag> wanted) {
  Request request{.function = Function::DevGetNext, .key = copyOf(key), .operating = copyOf(filter)};
  appendEmpty(request.operating, wanted);
  return request;
}

Request deregister(base::ByteView objects) { return {.function = Function::DevDereg, .operating = copyOf(objects)}; }

base::Bytes emptyKey(ObjectType type) {
  base::Bytes bytes;
  appendEmpty(bytes, keyTags(type));
  return bytes;
}

base::Bytes nodeKey(std::string_view iscsiName) { return textTlv(tag::kIscsiName, iscsiName); }

base::Bytes portalKey(const PortalAddress& portal) {
  base::Bytes bytes;
  AttributeWriter writer(bytes);
  writer.ip(tag::kPortalIp, portal.ip);
  writer.u32(tag::kPortalPort, portal.port);
  return bytes;
}

base::Bytes entityKey(std::string_view eid) { return textTlv(tag::kEntityId, eid); }

Request registerScn(const ScnNode& node, std::uint32_t bitmap) { return scnRequest(Function::SCNReg, node, bitmap); }
Request deregisterScn(const ScnNode& node) { return {.function = Function::SCNDereg, .key = scnKey(node)}; }
Request scnEvent(const ScnNode& node, std::uint32_t bitmap) { return scnRequest(Function::SCNEvent, node, bitmap); }

Request registerDomain(const DomainRegistration& domain) {
  Request request{.function = Function::DDReg};
  appendId(request, tag::kDdId, domain.existing, domain.id);
  AttributeWriter operating(request.operating);
  if (domain.name) operating.text(tag::kDdName, *domain.name);
  if (domain.features) operating.u32(tag::kDdFeatures, *domain.features);
  appendMembers(request.operating, domain.members);
  return request;
}

Request deregisterDomain(std::uint32_t id, std::span<const DomainMember> members) {
  Request request{.function = Function::DDDereg, .key = u32Tlv(tag::kDdId, id)};
  appendMembers(request.operating, members);
  return request;
}

Request registerDomainSet(const DomainSetRegistration& set) {
  Request request{.function = Function::DDSReg};
  appendId(request, tag::kDdsId, set.existing, set.id);
  AttributeWriter operating(request.operating);
  if (set.name) operating.text(tag::kDdsName, *set.name);
  if (set.status) operating.u32(tag::kDdsStatus, *set.status);
  for (const std::uint32_t domain : set.domains) operating.u32(tag::kDdId, domain);
  return request;
}

Request deregisterDomainSet(std::uint32_t id, std::span<const std::uint32_t> domains) {
  Request request{.function = Function::DDSDereg, .key = u32Tlv(tag::kDdsId, id)};
  AttributeWriter operating(request.operating);
  for (const std::uint32_t domain : domains) operating.u32(tag::kDdId, domain);
  return request;
}

Request requestDomainId(base::ByteView source, std::string_view fabric, std::uint32_t preferred) {
  return {.function = Function::RqstDomId,
          .source = copyOf(source),
          .key = textTlv(tag::kVirtualFabricId, fabric),
          .operating = u32Tlv(tag::kPreferredId, preferred)};
}

Request releaseDomainId(base::ByteView source, std::string_view fabric, std::uint32_t id) {
  return {.function = Function::RlseDomId,
          .source = copyOf(source),
          .key = textTlv(tag::kVirtualFabricId, fabric),
          .operating = u32Tlv(tag::kAssignedId, id)};
}

Request getDomainIds(std::string_view fabric) {
  return {.function = Function::GetDomId, .key = textTlv(tag::kVirtualFabricId, fabric)};
}

}  // namespace isns
