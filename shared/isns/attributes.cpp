#include "shared/isns/attributes.h"

#include <algorithm>
#include <array>

namespace isns {
namespace {

using enum ValueKind;
using O = ObjectType;
using R = Role;
using W = Writer;

// clang-format off
constexpr AttributeRow kRows[] = {
  // tag  name                          field                    kind      min max    object          role          writer     section
  {0,    "Delimiter",                  "delimiter",              None,       0, 0,     O::None,        R::Plain,     W::Client, "5.6.3"},
  {1,    "Entity Identifier",          "eid",                    Eid,        4, 256,   O::Entity,      R::Key,       W::Client, "6.2.1"},
  {2,    "Entity Protocol",            "protocol",               U32,        4, 4,     O::Entity,      R::Plain,     W::Client, "6.2.2"},
  {3,    "Management IP Address",      "management_ip",          Ip,        16, 16,    O::Entity,      R::Plain,     W::Client, "6.2.3"},
  {4,    "Timestamp",                  "timestamp",              U64,        8, 8,     O::Entity,      R::Plain,     W::Server, "6.2.4"},
  {5,    "Protocol Version Range",     "version_range",          U32,        4, 4,     O::Entity,      R::Plain,     W::Client, "6.2.5"},
  {6,    "Registration Period",        "registration_period",    U32,        4, 4,     O::Entity,      R::Plain,     W::Client, "6.2.6"},
  {7,    "Entity Index",               "entity_index",           U32,        4, 4,     O::Entity,      R::Index,     W::Server, "6.2.7"},
  {8,    "Entity Next Index",          "entity_next_index",      U32,        4, 4,     O::Entity,      R::NextIndex, W::Server, "6.2.8"},
  {11,   "Entity ISAKMP Phase-1",      "entity_isakmp_phase_1",  Opaque,     4, 65532, O::Entity,      R::Plain,     W::Client, "6.2.9"},
  {12,   "Entity Certificate",         "entity_certificate",     Opaque,     4, 65532, O::Entity,      R::Plain,     W::Client, "6.2.10"},
  {16,   "Portal IP Address",          "portal_ip",              Ip,        16, 16,    O::Portal,      R::Key,       W::Client, "6.3.1"},
  {17,   "Portal TCP/UDP Port",        "portal_port",            Port,       4, 4,     O::Portal,      R::Key,       W::Client, "6.3.2"},
  {18,   "Portal Symbolic Name",       "portal_name",            Text,       4, 256,   O::Portal,      R::Plain,     W::Client, "6.3.3"},
  {19,   "ESI Interval",               "esi_interval",           U32,        4, 4,     O::Portal,      R::Plain,     W::Client, "6.3.4"},
  {20,   "ESI Port",                   "esi_port",               Port,       4, 4,     O::Portal,      R::Plain,     W::Client, "6.3.5"},
  {22,   "Portal Index",               "portal_index",           U32,        4, 4,     O::Portal,      R::Index,     W::Server, "6.3.6"},
  {23,   "SCN Port",                   "scn_port",               Port,       4, 4,     O::Portal,      R::Plain,     W::Client, "6.3.7"},
  {24,   "Portal Next Index",          "portal_next_index",      U32,        4, 4,     O::Portal,      R::NextIndex, W::Server, "6.3.8"},
  {27,   "Portal Security Bitmap",     "portal_security",        Bits,       4, 4,     O::Portal,      R::Plain,     W::Client, "6.3.9"},
  {28,   "Portal ISAKMP Phase-1",      "portal_isakmp_phase_1",  Opaque,     4, 65532, O::Portal,      R::Plain,     W::Client, "6.3.10"},
  {29,   "Portal ISAKMP Phase-2",      "portal_isakmp_phase_2",  Opaque,     4, 65532, O::Portal,      R::Plain,     W::Client, "6.3.11"},
  {31,   "Portal Certificate",         "portal_certificate",     Opaque,     4, 65532, O::Portal,      R::Plain,     W::Client, "6.3.12"},
  {32,   "iSCSI Name",                 "iscsi_name",             IscsiName,  4, 224,   O::Node,        R::Key,       W::Client, "6.4.1"},
  {33,   "iSCSI Node Type",            "node_type",              Bits,       4, 4,     O::Node,        R::Plain,     W::Client, "6.4.2"},
  {34,   "iSCSI Alias",                "alias",                  Text,       4, 256,   O::Node,        R::Plain,     W::Client, "6.4.3"},
  {35,   "iSCSI SCN Bitmap",           "scn_bitmap",             Bits,       4, 4,     O::Node,        R::Plain,     W::Client, "6.4.4"},
  {36,   "iSCSI Node Index",           "node_index",             U32,        4, 4,     O::Node,        R::Index,     W::Server, "6.4.5"},
  {37,   "WWNN Token",                 "wwnn_token",             Wwn,        8, 8,     O::Node,        R::Plain,     W::Client, "6.4.6"},
  {38,   "iSCSI Node Next Index",      "node_next_index",        U32,        4, 4,     O::Node,        R::NextIndex, W::Server, "6.4.7"},
  {42,   "iSCSI AuthMethod",           "auth_method",            Text,       4, 256,   O::Node,        R::Plain,     W::Client, "6.4.8"},
  {48,   "PG iSCSI Name",              "pg_iscsi_name",          IscsiName,  4, 224,   O::PortalGroup, R::Key,       W::Client, "6.5.1"},
  {49,   "PG Portal IP Addr",          "pg_portal_ip",           Ip,        16, 16,    O::PortalGroup, R::Key,       W::Client, "6.5.2"},
  {50,   "PG Portal TCP/UDP Port",     "pg_portal_port",         Port,       4, 4,     O::PortalGroup, R::Key,       W::Client, "6.5.3"},
  {51,   "PG Tag",                     "pg_tag",                 U32,        4, 4,     O::PortalGroup, R::Plain,     W::Client, "6.5.4"},
  {52,   "PG Index",                   "pg_index",               U32,        4, 4,     O::PortalGroup, R::Index,     W::Server, "6.5.5"},
  {53,   "PG Next Index",              "pg_next_index",          U32,        4, 4,     O::PortalGroup, R::NextIndex, W::Server, "6.5.6"},
  {64,   "FC Port Name WWPN",          "fc_port_name",           Wwn,        8, 8,     O::FcPort,      R::Key,       W::Client, "6.6.1"},
  {65,   "Port ID",                    "fc_port_id",             U32,        4, 4,     O::FcPort,      R::Plain,     W::Client, "6.6.2"},
  {66,   "FC Port Type",               "fc_port_type",           U32,        4, 4,     O::FcPort,      R::Plain,     W::Client, "6.6.3"},
  {67,   "Symbolic Port Name",         "fc_port_symbolic_name",  Text,       4, 256,   O::FcPort,      R::Plain,     W::Client, "6.6.4"},
  {68,   "Fabric Port Name",           "fabric_port_name",       Wwn,        8, 8,     O::FcPort,      R::Plain,     W::Client, "6.6.5"},
  {69,   "Hard Address",               "hard_address",           U32,        4, 4,     O::FcPort,      R::Plain,     W::Client, "6.6.6"},
  {70,   "Port IP Address",            "fc_port_ip",             Ip,        16, 16,    O::FcPort,      R::Plain,     W::Client, "6.6.7"},
  {71,   "Class of Service",           "class_of_service",       Bits,       4, 4,     O::FcPort,      R::Plain,     W::Client, "6.6.8"},
  {72,   "FC-4 Types",                 "fc4_types",              Opaque,    32, 32,    O::FcPort,      R::Plain,     W::Client, "6.6.9"},
  {73,   "FC-4 Descriptor",            "fc4_descriptor",         Text,       4, 256,   O::FcPort,      R::Plain,     W::Client, "6.6.10"},
  {74,   "FC-4 Features",              "fc4_features",           Opaque,   128, 128,   O::FcPort,      R::Plain,     W::Client, "6.6.11"},
  {75,   "iFCP SCN Bitmap",            "ifcp_scn_bitmap",        Bits,       4, 4,     O::FcPort,      R::Plain,     W::Client, "6.6.12"},
  {76,   "Port Role",                  "port_role",              Bits,       4, 4,     O::FcPort,      R::Plain,     W::Client, "6.6.13"},
  {77,   "Permanent Port Name",        "permanent_port_name",    Wwn,        8, 8,     O::FcPort,      R::Plain,     W::Client, "6.6.14"},
  {95,   "FC-4 Type Code",             "fc4_type_code",          U32,        4, 4,     O::FcPort,      R::Plain,     W::Server, "6.8.1"},
  {96,   "FC Node Name WWNN",          "fc_node_name",           Wwn,        8, 8,     O::FcDevice,    R::Key,       W::Client, "6.7.1"},
  {97,   "Symbolic Node Name",         "fc_node_symbolic_name",  Text,       4, 256,   O::FcDevice,    R::Plain,     W::Client, "6.7.2"},
  {98,   "Node IP Address",            "fc_node_ip",             Ip,        16, 16,    O::FcDevice,    R::Plain,     W::Client, "6.7.3"},
  {99,   "Node IPA",                   "fc_node_ipa",            Opaque,     8, 8,     O::FcDevice,    R::Plain,     W::Client, "6.7.4"},
  {101,  "Proxy iSCSI Name",           "proxy_iscsi_name",       Text,       4, 256,   O::FcDevice,    R::Plain,     W::Client, "6.7.5"},
  {128,  "Switch Name",                "switch_name",            Wwn,        8, 8,     O::FcDomain,    R::Key,       W::Client, "6.8.2"},
  {129,  "Preferred ID",               "preferred_id",           U32,        4, 4,     O::FcDomain,    R::Plain,     W::Client, "6.8.3.1"},
  {130,  "Assigned ID",                "assigned_id",            U32,        4, 4,     O::FcDomain,    R::Plain,     W::Client, "6.8.3.2"},
  {131,  "Virtual Fabric ID",          "virtual_fabric_id",      Text,       4, 256,   O::FcDomain,    R::Plain,     W::Client, "6.8.3.3"},
  {256,  "iSNS Server Vendor OUI",     "server_vendor_oui",      U32,        4, 4,     O::Server,      R::Plain,     W::Server, "6.9.1"},
  {2049, "DD Set ID",                  "dds_id",                 U32,        4, 4,     O::DomainSet,   R::Key,       W::Client, "6.11.1.1"},
  {2050, "DD Set Symbolic Name",       "dds_name",               Text,       4, 256,   O::DomainSet,   R::Plain,     W::Client, "6.11.1.2"},
  {2051, "DD Set Status",              "dds_status",             Bits,       4, 4,     O::DomainSet,   R::Plain,     W::Client, "6.11.1.3"},
  {2052, "DD Set Next ID",             "dds_next_id",            U32,        4, 4,     O::DomainSet,   R::NextIndex, W::Server, "6.11.1.4"},
  {2065, "DD ID",                      "dd_id",                  U32,        4, 4,     O::Domain,      R::Key,       W::Client, "6.11.2.1"},
  {2066, "DD Symbolic Name",           "dd_name",                Text,       4, 256,   O::Domain,      R::Plain,     W::Client, "6.11.2.2"},
  {2067, "DD Member iSCSI Node Index", "dd_member_node_index",   U32,        4, 4,     O::Domain,      R::Member,    W::Client, "6.11.2.3"},
  {2068, "DD Member iSCSI Name",       "dd_member_iscsi_name",   IscsiName,  4, 224,   O::Domain,      R::Member,    W::Client, "6.11.2.4"},
  {2069, "DD Member FC Port Name",     "dd_member_fc_port_name", Wwn,        8, 8,     O::Domain,      R::Member,    W::Client, "6.11.2.5"},
  {2070, "DD Member Portal Index",     "dd_member_portal_index", U32,        4, 4,     O::Domain,      R::Member,    W::Client, "6.11.2.6"},
  {2071, "DD Member Portal IP Addr",   "dd_member_portal_ip",    Ip,        16, 16,    O::Domain,      R::Member,    W::Client, "6.11.2.7"},
  {2072, "DD Member Portal TCP/UDP",   "dd_member_portal_port",  Port,       4, 4,     O::Domain,      R::Member,    W::Client, "6.11.2.8"},
  {2078, "DD Features",                "dd_features",            Bits,       4, 4,     O::Domain,      R::Plain,     W::Client, "6.11.2.9"},
  {2079, "DD Next ID",                 "dd_next_id",             U32,        4, 4,     O::Domain,      R::NextIndex, W::Server, "6.11.2.10"},
};

constexpr VendorRange kVendorRanges[] = {
  {257,  384,  {257,  "Vendor-Specific Server",       "vendor_server",    Opaque, 4, 65532, O::Server,    R::Plain, W::Server, "6.10.1"}},
  {385,  512,  {385,  "Vendor-Specific Entity",       "vendor_entity",    Opaque, 4, 65532, O::Entity,    R::Plain, W::Client, "6.10.2"}},
  {513,  640,  {513,  "Vendor-Specific Portal",       "vendor_portal",    Opaque, 4, 65532, O::Portal,    R::Plain, W::Client, "6.10.3"}},
  {641,  768,  {641,  "Vendor-Specific iSCSI Node",   "vendor_node",      Opaque, 4, 65532, O::Node,      R::Plain, W::Client, "6.10.4"}},
  {769,  896,  {769,  "Vendor-Specific FC Port Name", "vendor_fc_port",   Opaque, 4, 65532, O::FcPort,    R::Plain, W::Client, "6.10.5"}},
  {897,  1024, {897,  "Vendor-Specific FC Node Name", "vendor_fc_device", Opaque, 4, 65532, O::FcDevice,  R::Plain, W::Client, "6.10.6"}},
  {1025, 1280, {1025, "Vendor-Specific DD",           "vendor_dd",        Opaque, 4, 65532, O::Domain,    R::Plain, W::Client, "6.10.7"}},
  {1281, 1536, {1281, "Vendor-Specific DDS",          "vendor_dds",       Opaque, 4, 65532, O::DomainSet, R::Plain, W::Client, "6.10.8"}},
};
// clang-format on

static_assert(std::is_sorted(std::begin(kRows), std::end(kRows),
                             [](const auto& a, const auto& b) { return a.tag < b.tag; }),
              "rows are ascending by tag, each tag once");

constexpr bool lengthsAgreeWithKinds() {
  for (const AttributeRow& row : kRows) {
    const bool fixed = row.minLength == row.maxLength;
    switch (row.kind) {
      case None:
        if (row.maxLength != 0) return false;
        break;
      case U32:
      case Bits:
      case Port:
        if (!fixed || row.minLength != 4) return false;
        break;
      case U64:
      case Wwn:
        if (!fixed || row.minLength != 8) return false;
        break;
      case Ip:
        if (!fixed || row.minLength != 16) return false;
        break;
      case Text:
      case IscsiName:
      case Eid:
        if (fixed || row.maxLength > 256) return false;
        break;
      case Opaque:
        break;
    }
    if (row.minLength % 4 != 0 || row.maxLength % 4 != 0) return false;
  }
  return true;
}
static_assert(lengthsAgreeWithKinds());

// tag -> row number + 1, so that looking up a tag is one load.
static_assert(kHighestTag == std::end(kRows)[-1].tag);
constexpr auto kIndex = [] {
  std::array<std::uint8_t, kHighestTag + 1> index{};
  for (std::size_t i = 0; i < std::size(kRows); ++i) index[kRows[i].tag] = static_cast<std::uint8_t>(i + 1);
  return index;
}();
static_assert(std::size(kRows) < 255);

}  // namespace

std::span<const AttributeRow> attributeTable() { return kRows; }
std::span<const VendorRange> vendorRanges() { return kVendorRanges; }

const AttributeRow* findAttribute(Tag tag) {
  if (tag > kHighestTag) return nullptr;
  if (const std::uint8_t at = kIndex[tag]; at != 0) return &kRows[at - 1];
  if (isVendorTag(tag)) {
    for (const VendorRange& range : kVendorRanges) {
      if (tag >= range.first && tag <= range.last) return &range.row;
    }
  }
  return nullptr;
}

const AttributeRow* findAttributeByField(std::string_view field) {
  const auto* row = std::find_if(std::begin(kRows), std::end(kRows), [&](const auto& r) { return r.field == field; });
  return row == std::end(kRows) ? nullptr : row;
}

std::string_view objectTypeName(ObjectType type) {
  static constexpr std::string_view kNames[kObjectTypes] = {"none",      "entity",    "portal", "node",       "portal_group",
                                                            "fc_port",   "fc_device", "fc_domain", "domain", "domain_set",
                                                            "server"};
  return kNames[static_cast<std::size_t>(type)];
}

}  // namespace isns
