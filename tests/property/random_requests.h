// Random requests of every kind, from a small stock of names, so that they meet. Everything follows from the seed.
#pragma once

#include <random>
#include <string>

#include "shared/isns/functions.h"
#include "shared/isns/pdu.h"
#include "shared/isns/tlv.h"

namespace property {

namespace tag = isns::tag;

class RandomRequests {
 public:
  explicit RandomRequests(unsigned seed, std::string control = "isns.control")
      : random_(seed), control_(std::move(control)) {}

  unsigned below(unsigned bound) { return static_cast<unsigned>(random_() % bound); }
  bool oneIn(unsigned n) { return below(n) == 0; }

  struct Made {
    std::uint16_t function;
    std::uint16_t flags;
    base::Bytes payload;
    bool control;
  };

  Made make() {
    Made made{0, isns::flag::kClient, {}, false};
    isns::AttributeWriter out(made.payload);
    made.control = oneIn(3);
    static constexpr std::uint16_t kFunctions[] = {1, 1, 1, 1, 1, 2, 3, 4, 4, 5, 6, 7, 9, 9, 0xa, 0xb, 0xb, 0xc, 0x11, 0x12};
    made.function = kFunctions[below(std::size(kFunctions))];
    if (made.function >= 9 && made.function <= 0xc) made.control = !oneIn(10);
    if (oneIn(4)) made.flags |= isns::flag::kReplace;
    if (made.control) {
      out.text(tag::kIscsiName, control_);
    } else if (made.function >= 0x11) {
      out.u64(tag::kSwitchName, 0x1000000000000001);
    } else if (oneIn(6)) {
      out.u64(tag::kFcPortName, wwn());
    } else {
      out.text(tag::kIscsiName, name());
    }
    body(made.function, out);
    return made;
  }

 private:
  std::string name() { return "iqn.2001-01.com.example:" + std::string(1, static_cast<char>('a' + below(6))); }
  std::string eid() { return "host-" + std::string(1, static_cast<char>('a' + below(4))); }
  std::uint64_t wwn() { return 0x5000000000000000 + below(3); }
  void portal(isns::AttributeWriter& out, isns::Tag ip, isns::Tag port) {
    isns::IpAddress address{};
    address[10] = address[11] = 0xff;
    address[15] = static_cast<std::uint8_t>(1 + below(4));
    out.ip(ip, address);
    out.u32(port, 3260);
  }

  void device(isns::AttributeWriter& out) {
    switch (below(5)) {
      case 0:
      case 1:
        out.text(tag::kIscsiName, name());
        if (oneIn(2)) out.u32(tag::kNodeType, below(4));
        if (oneIn(3)) out.text(tag::kAlias, "alias " + std::to_string(below(3)));
        if (oneIn(4)) out.empty(tag::kAlias);
        if (oneIn(4)) {
          oneIn(3) ? out.empty(tag::kPgTag) : out.u32(tag::kPgTag, below(4));
          portal(out, tag::kPgPortalIp, tag::kPgPortalPort);
        }
        break;
      case 2:
        portal(out, tag::kPortalIp, tag::kPortalPort);
        if (oneIn(2)) out.u32(tag::kScnPort, 5000);
        if (oneIn(3)) out.u32(tag::kEsiPort, 5001);
        if (oneIn(3)) out.u32(tag::kEsiInterval, 30);
        if (oneIn(4)) {
          out.u32(tag::kPgTag, below(4));
          out.text(tag::kPgIscsiName, name());
        }
        break;
      case 3:
        out.text(tag::kPgIscsiName, name());
        portal(out, tag::kPgPortalIp, tag::kPgPortalPort);
        out.u32(tag::kPgTag, below(3));
        break;
      default:
        out.u64(tag::kFcPortName, wwn());
        if (oneIn(2)) out.u64(tag::kFcNodeName, 0x2000000000000000 + below(2));
    }
  }

  // A message about one node or portal, which with REPLACE may give way to another.
  void oneObject(isns::AttributeWriter& out) {
    base::Bytes key;
    isns::AttributeWriter keyOut(key);
    const bool isPortal = oneIn(2);
    isPortal ? portal(keyOut, tag::kPortalIp, tag::kPortalPort) : keyOut.text(tag::kIscsiName, name());
    out.encoded(key);
    out.delimiter();
    if (oneIn(4)) return isPortal ? portal(out, tag::kPortalIp, tag::kPortalPort) : out.text(tag::kIscsiName, name());
    out.encoded(key);
    if (isPortal) {
      if (oneIn(2)) out.u32(tag::kScnPort, 5000);
    } else {
      if (oneIn(2)) out.u32(tag::kNodeType, 1 + below(3));
      if (oneIn(2)) out.text(tag::kAlias, "alias " + std::to_string(below(3)));
    }
  }

  void body(std::uint16_t function, isns::AttributeWriter& out) {
    switch (function) {
      case 1: {
        if (oneIn(6)) return oneObject(out);
        const std::string id = eid();
        if (!oneIn(3)) out.text(tag::kEntityId, id);
        out.delimiter();
        if (!oneIn(3)) out.text(tag::kEntityId, id);
        for (unsigned n = below(4); n-- > 0;) device(out);
        break;
      }
      case 2:
      case 3:
        if (!oneIn(4)) out.text(tag::kIscsiName, name());
        out.delimiter();
        out.empty(tag::kIscsiName);
        break;
      case 4:
        out.delimiter();
        for (unsigned n = 1 + below(2); n-- > 0;) {
          switch (below(5)) {
            case 0:
              out.text(tag::kEntityId, eid());
              break;
            case 1:
              portal(out, tag::kPortalIp, tag::kPortalPort);
              break;
            case 2:
              out.u64(tag::kFcPortName, wwn());
              break;
            default:
              out.text(tag::kIscsiName, name());
          }
        }
        break;
      case 5:
      case 7:
        out.text(tag::kIscsiName, name());
        out.delimiter();
        {
          static constexpr std::uint32_t kBitmaps[] = {0x1c, 0x1c, 0x1c, 0x5c, 0x9c, 0x18, 0x3f};
          out.u32(tag::kScnBitmap, kBitmaps[below(std::size(kBitmaps))]);
        }
        break;
      case 6:
        out.text(tag::kIscsiName, name());
        break;
      case 9:
      case 0xa:
        if (function == 0xa || oneIn(2)) out.u32(tag::kDdId, 1 + below(5));
        out.delimiter();
        if (function == 9 && oneIn(3)) out.text(tag::kDdName, "domain " + std::to_string(below(4)));
        for (unsigned n = below(4); n-- > 0;) {
          switch (below(4)) {
            case 0:
              portal(out, tag::kDdMemberPortalIp, tag::kDdMemberPortalPort);
              break;
            case 1:
              out.u32(tag::kDdMemberNodeIndex, 1 + below(8));
              break;
            case 2:
              out.u64(tag::kDdMemberFcPortName, wwn());
              break;
            default:
              out.text(tag::kDdMemberIscsiName, name());
          }
        }
        break;
      case 0xb:
      case 0xc:
        if (function == 0xc || oneIn(2)) out.u32(tag::kDdsId, 1 + below(4));
        out.delimiter();
        if (function == 0xb && oneIn(2)) out.u32(tag::kDdsStatus, below(2));
        for (unsigned n = below(3); n-- > 0;) out.u32(tag::kDdId, 1 + below(5));
        break;
      default:
        out.text(tag::kVirtualFabricId, "fabric");
        out.delimiter();
        out.u32(function == 0x11 ? tag::kPreferredId : tag::kAssignedId, 1 + below(3));
    }
  }

  std::mt19937 random_;
  const std::string control_;
};

}  // namespace property
