// What texts of the agent's configuration must look like, beside the forms of shared/program. Pure functions.
#pragma once

#include <optional>

#include "agent/target/setup.h"
#include "shared/ops/config_schema.h"

namespace agent {

base::Status checkUnitId(std::string_view text);       // [a-z0-9][a-z0-9._-]{0,62}: it names files
base::Status checkStore(std::string_view text);        // block/store_spec.h
base::Status checkInitiator(std::string_view text);    // an iSCSI name or "*"
base::Status checkLunEntry(std::string_view text);     // "0=disk1", "7=iso,ro"
base::Status checkAlgorithm(std::string_view text);    // MD5, SHA-1, SHA-256, SHA3-256
base::Status checkDigest(std::string_view text);       // None, CRC32C
base::Status checkPortalGroup(std::string_view text);  // 0 to 65535
base::Status checkNaa(std::string_view text);          // 16 or 32 hexadecimal digits, the first 2, 3, 5 or 6
base::Status checkEui64(std::string_view text);        // 16, 24 or 32 hexadecimal digits
base::Status checkAscii(std::string_view text);        // printable
base::Status checkSecretName(std::string_view text);   // a file's name, or an absolute path
base::Status checkRedirect(std::string_view text);     // HOST[:PORT]
base::Status checkMulticast(std::string_view text);    // a group's address

inline constexpr ops::TextForm kUnitId{"a unit id", "unit ids", checkUnitId};
inline constexpr ops::TextForm kStore{"a store", "stores", checkStore};
inline constexpr ops::TextForm kInitiator{"an iSCSI name or *", "iSCSI names", checkInitiator};
inline constexpr ops::TextForm kLunEntry{"a LUN", "LUNs as in \"0=disk1\" or \"1=iso,ro\"", checkLunEntry};
inline constexpr ops::TextForm kAlgorithm{"a CHAP algorithm", "CHAP algorithms", checkAlgorithm};
inline constexpr ops::TextForm kDigest{"a digest", "digests", checkDigest};
inline constexpr ops::TextForm kPortalGroup{"a portal group", "portal groups", checkPortalGroup};
inline constexpr ops::TextForm kNaa{"an NAA designator", "NAA designators", checkNaa};
inline constexpr ops::TextForm kEui64{"an EUI-64 designator", "EUI-64 designators", checkEui64};
inline constexpr ops::TextForm kAscii{"printable ASCII", "printable ASCII", checkAscii};
inline constexpr ops::TextForm kSecretName{"the file of a secret", "files of secrets", checkSecretName};
inline constexpr ops::TextForm kRedirect{"HOST or HOST:PORT", "hosts", checkRedirect};
inline constexpr ops::TextForm kMulticast{"a multicast address", "multicast addresses", checkMulticast};

// The same texts as values; they are known to have their form.
base::Result<target::LunMapping> parseLunEntry(std::string_view text);
std::string lunEntryText(const target::LunMapping& mapping);
std::uint32_t lowestFreeLun(const std::vector<target::LunMapping>& luns);
std::optional<iscsi::ChapAlgorithm> parseAlgorithm(std::string_view text);
base::Bytes parseHex(std::string_view text);

}  // namespace agent
