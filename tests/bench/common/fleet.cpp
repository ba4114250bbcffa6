#include "tests/bench/common/fleet.h"

#include <cstdio>

#include "shared/isns/message_writer.h"
#include "shared/names/ports.h"

namespace bench {
namespace {

using isns::Function;
using isns::MessageWriter;
namespace tag = isns::tag;

template <class... Args>
std::string format(const char* form, Args... args) {
  char text[128];
  std::snprintf(text, sizeof text, form, args...);
  return text;
}

// What a query asks of each object it finds.
void askForPath(isns::AttributeWriter& w) {
  for (const isns::Tag wanted : {tag::kIscsiName, tag::kNodeType, tag::kPortalIp, tag::kPortalPort, tag::kPgIscsiName,
                                 tag::kPgPortalIp, tag::kPgPortalPort, tag::kPgTag}) {
    w.empty(wanted);
  }
}

}  // namespace

std::string nodeName(Host host) { return format("iqn.2024-03.com.example.storage:pool-a.volume%010u", host); }
std::string entityId(Host host) { return format("host%010u.san.example.com", host); }
std::string alias(Host host, std::uint32_t version) { return format("volume %010u v%06u", host, version % 1000000); }
std::string zoneName(std::uint32_t zone) { return format("zone-%010u", zone); }
std::string zoneSetName(std::uint32_t set) { return format("zone-set-%010u", set); }

net::Address portalOf(Host host) {
  const auto byte = [host](unsigned shift) { return static_cast<std::uint8_t>(host >> shift); };
  return net::Address::v4(10, byte(16), byte(8), byte(0), names::kIscsiPort);
}

void appendRegister(base::Bytes& out, Host host, std::uint16_t xid, const net::Address* scn) {
  MessageWriter message = MessageWriter::request(out, Function::DevAttrReg, xid);
  isns::AttributeWriter& w = message.attributes();
  const std::string name = nodeName(host);
  const std::string eid = entityId(host);
  w.text(tag::kIscsiName, name);
  w.text(tag::kEntityId, eid);
  w.delimiter();
  w.text(tag::kEntityId, eid);
  w.u32(tag::kEntityProtocol, isns::entity_protocol::kIscsi);
  w.ip(tag::kPortalIp, (scn != nullptr ? *scn : portalOf(host)).octets());
  w.u32(tag::kPortalPort, names::kIscsiPort);
  if (scn != nullptr) w.u32(tag::kScnPort, scn->port());
  w.text(tag::kIscsiName, name);
  w.u32(tag::kNodeType, isInitiator(host) ? isns::node_type::kInitiator : isns::node_type::kTarget);
  w.text(tag::kAlias, alias(host, 0));
  message.finish();
}

void appendUpdate(base::Bytes& out, Host host, std::uint32_t version, std::uint16_t xid) {
  MessageWriter message = MessageWriter::request(out, Function::DevAttrReg, xid);
  isns::AttributeWriter& w = message.attributes();
  const std::string name = nodeName(host);
  w.text(tag::kIscsiName, name);
  w.text(tag::kIscsiName, name);
  w.delimiter();
  w.text(tag::kIscsiName, name);
  w.text(tag::kAlias, alias(host, version));
  message.finish();
}

void appendKeyedQuery(base::Bytes& out, Host source, Host subject, std::uint16_t xid) {
  MessageWriter message = MessageWriter::request(out, Function::DevAttrQry, xid);
  isns::AttributeWriter& w = message.attributes();
  w.text(tag::kIscsiName, nodeName(source));
  w.text(tag::kIscsiName, nodeName(subject));
  w.delimiter();
  askForPath(w);
  message.finish();
}

void appendZoneQuery(base::Bytes& out, Host source, std::uint16_t xid) {
  MessageWriter message = MessageWriter::request(out, Function::DevAttrQry, xid);
  isns::AttributeWriter& w = message.attributes();
  w.text(tag::kIscsiName, nodeName(source));
  w.u32(tag::kNodeType, isns::node_type::kTarget);
  w.delimiter();
  askForPath(w);
  message.finish();
}

void appendScnReg(base::Bytes& out, Host host, std::uint32_t bitmap, std::uint16_t xid) {
  MessageWriter message = MessageWriter::request(out, Function::SCNReg, xid);
  isns::AttributeWriter& w = message.attributes();
  const std::string name = nodeName(host);
  w.text(tag::kIscsiName, name);
  w.text(tag::kIscsiName, name);
  w.delimiter();
  w.u32(tag::kScnBitmap, bitmap);
  message.finish();
}

void appendDomain(base::Bytes& out, std::uint32_t id, std::uint32_t zone, Host first, Host count, std::uint16_t xid) {
  MessageWriter message = MessageWriter::request(out, Function::DDReg, xid);
  isns::AttributeWriter& w = message.attributes();
  w.text(tag::kIscsiName, kControlName);
  if (id != 0) w.u32(tag::kDdId, id);
  w.delimiter();
  if (id == 0) w.text(tag::kDdName, zoneName(zone));
  for (Host host = first; host < first + count; ++host) w.text(tag::kDdMemberIscsiName, nodeName(host));
  message.finish();
}

void appendDomainSet(base::Bytes& out, std::uint32_t set, std::span<const std::uint32_t> domains, std::uint16_t xid) {
  MessageWriter message = MessageWriter::request(out, Function::DDSReg, xid);
  isns::AttributeWriter& w = message.attributes();
  w.text(tag::kIscsiName, kControlName);
  w.delimiter();
  w.text(tag::kDdsName, zoneSetName(set));
  w.u32(tag::kDdsStatus, isns::kDdsEnabled);
  for (const std::uint32_t domain : domains) w.u32(tag::kDdId, domain);
  message.finish();
}

}  // namespace bench
