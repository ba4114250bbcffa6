#include "tests/bench/common/answers.h"

#include <algorithm>
#include <vector>

#include "shared/isns/functions.h"
#include "shared/isns/status.h"
#include "shared/isns/tlv.h"
#include "shared/names/ports.h"

namespace bench {
namespace {

// What an answer says, or should say, as comparable texts.
struct Paths {
  std::vector<std::string> nodes;
  std::vector<std::string> portals;
  std::vector<std::string> groups;

  void sort() {
    for (auto* list : {&nodes, &portals, &groups}) std::sort(list->begin(), list->end());
  }
};

std::string addressText(const isns::IpAddress& ip) { return {ip.begin(), ip.end()}; }

Paths pathsOf(std::span<const Host> hosts) {
  Paths paths;
  for (const Host host : hosts) {
    const std::string address = addressText(portalOf(host).octets());
    const std::string type = isInitiator(host) ? "i" : "t";
    paths.nodes.push_back(nodeName(host) + type);
    paths.portals.push_back(address + std::to_string(names::kIscsiPort));
    paths.groups.push_back(nodeName(host) + address + std::to_string(names::kIscsiPort) + "/1");
  }
  paths.sort();
  return paths;
}

Paths pathsIn(isns::AttributeReader reader) {
  Paths paths;
  std::string group;
  for (isns::Attribute a; reader.next(a);) {
    if (a.empty()) continue;
    switch (a.tag) {
      case isns::tag::kIscsiName:
        paths.nodes.emplace_back(a.text());
        break;
      case isns::tag::kNodeType:
        if (!paths.nodes.empty()) paths.nodes.back() += a.u32() == isns::node_type::kTarget ? 't' : 'i';
        break;
      case isns::tag::kPortalIp:
        paths.portals.push_back(addressText(a.ip()));
        break;
      case isns::tag::kPortalPort:
        if (!paths.portals.empty()) paths.portals.back() += std::to_string(a.u32());
        break;
      case isns::tag::kPgIscsiName:
        group = a.text();
        break;
      case isns::tag::kPgPortalIp:
        group += addressText(a.ip());
        break;
      case isns::tag::kPgPortalPort:
        group += std::to_string(a.u32());
        break;
      case isns::tag::kPgTag:
        paths.groups.push_back(group + "/" + std::to_string(a.u32()));
        break;
      default:
        break;
    }
  }
  paths.sort();
  return paths;
}

base::ByteView attributesOf(base::ByteView pdu) { return pdu.subspan(isns::kPduHeaderSize + kStatusSize); }

std::string differs(const char* what, const std::vector<std::string>& got, const std::vector<std::string>& wanted) {
  if (got == wanted) return {};
  std::string text = std::string(what) + ": " + std::to_string(got.size()) + " where " + std::to_string(wanted.size()) +
                     " were expected, or others";
  if (!got.empty()) text += "; the first is " + got.front().substr(0, 80);
  return text;
}

}  // namespace

std::string checkHead(base::ByteView pdu, std::uint16_t function, std::uint16_t xid) {
  const isns::PduHeader header = isns::loadPduHeader(pdu.data());
  const std::uint16_t whole = isns::flag::kFirst | isns::flag::kLast;
  if (header.version != isns::kVersion || (header.flags & whole) != whole) return "the answer is not one whole PDU";
  if (header.function != (function | isns::kResponseBit))
    return "answer to function " + std::to_string(header.function);
  if (header.transactionId != xid) {
    return "transaction " + std::to_string(header.transactionId) + " answered instead of " + std::to_string(xid);
  }
  if (header.length < kStatusSize) return "an answer without a status";
  return {};
}

std::string statusText(std::uint32_t status) {
  return "status " + std::to_string(status) + " (" + std::string(isns::statusName(status)) + ")";
}

std::string checkPaths(base::ByteView pdu, std::span<const Host> expected) {
  isns::AttributeReader reader(attributesOf(pdu));
  for (isns::Attribute a; reader.next(a) && !a.isDelimiter();) {
  }
  const Paths wanted = pathsOf(expected);
  const Paths got = pathsIn(reader);
  for (std::string wrong : {differs("nodes", got.nodes, wanted.nodes), differs("portals", got.portals, wanted.portals),
                            differs("portal groups", got.groups, wanted.groups)}) {
    if (!wrong.empty()) return wrong;
  }
  return {};
}

std::uint32_t findU32(base::ByteView pdu, isns::Tag tag) {
  isns::AttributeReader reader(attributesOf(pdu));
  for (isns::Attribute a; reader.next(a);) {
    if (a.tag == tag && a.value.size() == 4) return a.u32();
  }
  return 0;
}

}  // namespace bench
