// What is imported, as other programs write it: for tests of the importers and of who shows them.
#pragma once

#include <string_view>

namespace test {

// As targetcli-fb writes it, shortened.
inline constexpr const char* kLioSample = R"({
  "fabric_modules": [],
  "storage_objects": [
    {"name": "disk0", "plugin": "block", "dev": "/dev/sdb", "wwn": "5b1c2d3e-4f50-6172-8394-a5b6c7d8e9fa"},
    {"name": "disk1", "plugin": "fileio", "size": 1048576, "wwn": "00000000-1111-2222-3333-444444444444"}
  ],
  "targets": [
    {"fabric": "iscsi", "wwn": "iqn.2003-01.org.linux-iscsi.array:disk", "tpgs": [
      {"tag": 1, "enable": true, "attributes": {"authentication": 1, "generate_node_acls": 0},
       "luns": [{"index": 0, "storage_object": "/backstores/block/disk0"},
                {"index": 1, "storage_object": "/backstores/fileio/disk1"}],
       "node_acls": [
         {"node_wwn": "iqn.2026-01.example:WEB1", "chap_userid": "web", "chap_password": "plantedsecret1",
          "mapped_luns": [{"index": 0, "tpg_lun": 0, "write_protect": false},
                          {"index": 5, "tpg_lun": 1, "write_protect": true}]},
         {"node_wwn": "iqn.2026-01.example:db1", "mapped_luns": []}],
       "portals": [{"ip_address": "0.0.0.0", "port": 3260}]}]},
    {"fabric": "loopback", "wwn": "naa.5001405", "tpgs": []}
  ]})";

// As `isnsadm --list dds` of open-isns 0.101 prints it.
inline constexpr std::string_view kOpenIsnsSample = R"(Object 0:
  0811  uint32      : DD ID = 1
  0812  string      : DD name = "backup"
  081e  uint32      : DD features = <NIL>
  0813  uint32      : DD member iSCSI index = 2
  0814  string      : DD member iSCSI name = "iqn.2024-01.org.example:host1"
  0813  uint32      : DD member iSCSI index = 6
  0814  string      : DD member iSCSI name = "iqn.2024-01.org.example:disk1"
Object 1:
  0811  uint32      : DD ID = 2
  0812  string      : DD name = "web"
  0813  uint32      : DD member iSCSI index = 15
  0814  string      : DD member iSCSI name = "iqn.2024-01.org.example:GHOST"
  0816  uint32      : DD member portal index = 7
  0817  ipaddr      : DD member portal addr = 127.0.0.12
  0818  uint32      : DD member portal port = 3260/tcp
)";

}  // namespace test
