// IsnsClient: what the commands of `sanctl isns` share: the settings from options and files, one connection, and
// questions whose refusals become failures with advice.
//
// One thread; lives for one command. Failures are values for the exit code and the one line on the standard error.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "isns-server/ctl/connection.h"
#include "shared/ctl/context.h"
#include "shared/isns/response_reader.h"

namespace ctl {

inline constexpr std::string_view kDefaultControlName = "isns.control";
inline constexpr std::string_view kDefaultServer = "127.0.0.1:3205";
inline constexpr std::chrono::seconds kDefaultTimeout{5};

class IsnsClient {
 public:
  // Reads the options; does not connect. `naturalSource`: who asks if no option says so, such as the node that a
  // message registers; else this machine's initiator.
  static Asked<IsnsClient> open(const Invocation& invocation, Context& context,
                                std::optional<std::string> naturalSource = std::nullopt);

  // The answer of status 0; every other is a failure. `what`: "cannot register the node".
  Asked<isns::Response> ask(const isns::Request& request, const std::string& what);
  // The answer, whatever its status.
  Asked<isns::Response> askAny(const isns::Request& request) { return connection_->ask(request); }
  // The objects of an answer to a query. Nothing found is no failure, though some servers answer it with status 9.
  Asked<std::vector<isns::Object>> query(base::ByteView key, std::span<const isns::Tag> wanted,
                                         const std::string& what);
  // All objects of a kind that the source may see: one by one, or by one query where the server does not know
  // DevGetNext for that kind. At most `limit`.
  Asked<std::vector<isns::Object>> list(isns::ObjectType type, std::span<const isns::Tag> wanted, std::size_t limit,
                                        std::string_view word = {});

  [[nodiscard]] Connection& connection() { return *connection_; }
  [[nodiscard]] Output& output() { return output_; }
  [[nodiscard]] const ServerSettings& settings() const { return settings_; }
  // The source as text.
  [[nodiscard]] std::string sourceName() const;
  // A failure where nothing was found and --fail-if-empty was given.
  [[nodiscard]] Outcome emptyOutcome(bool empty, const std::string& what) const;

  static Failure refused(const std::string& what, std::uint32_t status);

 private:
  IsnsClient(Output output, ServerSettings settings) : output_(output), settings_(std::move(settings)) {}

  Asked<std::vector<isns::Object>> listByQuery(isns::ObjectType type, std::span<const isns::Tag> wanted,
                                               const std::string& what);

  Output output_;
  ServerSettings settings_;
  std::unique_ptr<Connection> connection_;
  bool failIfEmpty_ = false;
};

// The source attribute of a name: an iSCSI name, or an FC port name where it reads as one.
Asked<base::Bytes> parseSource(std::string_view name);

}  // namespace ctl
