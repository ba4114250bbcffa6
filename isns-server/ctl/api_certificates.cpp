// user certificates, certificate, revoke-certificate.
#include <algorithm>

#include "isns-server/ctl/api_asking.h"
#include "isns-server/ctl/api_handlers.h"
#include "isns-server/ctl/api_text.h"
#include "shared/ctl/option_values.h"
#include "shared/ctl/views.h"
#include "shared/mgmt/certificate_request.h"

namespace ctl {
namespace {

using base::Json;
using mgmt::Route;

Failure local(const std::string& what, const base::Error& error) { return {Exit::Local, what, error.text, {}}; }

// The request, and the new key where one was made.
struct Request {
  std::string csr;
  std::optional<base::Secret> key;
};

Asked<Request> requestOf(const Invocation& invocation, Context& context, const std::string& user) {
  if (const auto file = invocation.one("--csr")) {
    auto text = context.readFile(std::string(*file));
    if (!text) return base::fail(Failure{Exit::Local, std::string(*file), "the file cannot be read", {}});
    return Request{std::move(*text), std::nullopt};
  }
  const auto key = mgmt::PrivateKey::generate();
  if (!key) return base::fail(local("the key", key.error()));
  auto csr = mgmt::makeCertificateRequest(*key, user);
  if (!csr) return base::fail(local("the certificate request", csr.error()));
  auto pem = key->toPem();
  if (!pem) return base::fail(local("the key", pem.error()));
  return Request{std::move(*csr), std::move(*pem)};
}

}  // namespace

Outcome userCertificates(const Invocation& invocation, Context& context) {
  constexpr ViewColumn kColumns[] = {
      {"serial", "Serial"},      {"issued", "Issued", Shown::Time},     {"expires", "Expires", Shown::Time},
      {"issued_by", "By"},       {"voided", "Void since", Shown::Time}, {"why", "Why"},
      {"made_with", "Made with"}};
  return printItems(invocation, context, {Route::ListUserCertificates, {optionText(invocation, "USER")}}, kColumns,
                    "There are no certificates.");
}

Outcome userCertificate(const Invocation& invocation, Context& context) {
  const std::string user = optionText(invocation, "USER");
  const auto days = countOption(invocation, "--days");
  if (!days) return base::fail(days.error());
  const std::string prefix = invocation.has("--out") ? optionText(invocation, "--out") : user;
  const std::string keyFile = prefix + ".key";
  const std::string file = prefix + ".pem";
  Machine& machine = *context.machine;
  const bool newKey = !invocation.has("--csr");
  for (const std::string& one : {newKey ? keyFile : file, file}) {
    if (machine.exists(one)) {
      return base::fail(Failure{Exit::Local, one, "there is such a file already", "give another name with --out"});
    }
  }
  auto session = ApiSession::open(invocation, context);
  if (!session) return base::fail(session.error());
  const auto request = requestOf(invocation, context, user);
  if (!request) return base::fail(request.error());
  Json::Object body{{"csr", request->csr}};
  if (*days) body.push_back({"days", std::min<std::uint64_t>(**days, 36500)});
  // The key first: a certificate without it is good for nothing.
  if (request->key) {
    std::string pem(base::asText(request->key->reveal()));
    const auto wrote = machine.writeFile(keyFile, pem);
    base::wipeText(pem);
    if (!wrote) return base::fail(local("the key cannot be written", wrote.error()));
  }
  const auto answer = session->ask({Route::IssueUserCertificate, {user}, {}, std::move(body)});
  if (!answer) {
    // Without the certificate the key is good for nothing, and would stand in the way of the next try.
    if (request->key) machine.removeFile(keyFile);
    return base::fail(answer.error());
  }
  if (const auto wrote = machine.writeFile(file, textOf(*answer, "certificate")); !wrote) {
    return base::fail(local("the certificate was issued, but cannot be written", wrote.error()));
  }
  Output output = openOutput(invocation, context);
  if (output.format() != Format::Table) {
    output.record({{"user", "user", Json(user)},
                   {"serial", "serial", memberOf(*answer, "serial")},
                   {"expires", "expires", memberOf(*answer, "expires")},
                   {"certificate", "certificate", Json(file)},
                   {"key", "key", request->key ? Json(keyFile) : Json()}});
    return {};
  }
  say(context, output,
      "The certificate of " + user + " is in " + file + ", good until " + whenText(numberOf(*answer, "expires")) +
          " UTC" + (request->key ? "; its key is in " + keyFile : std::string()) + ".");
  return {};
}

Outcome userRevokeCertificate(const Invocation& invocation, Context& context) {
  const std::string user = optionText(invocation, "USER");
  const std::string serial = optionText(invocation, "SERIAL");
  return does(invocation, context, {Route::RevokeUserCertificate, {user, serial}},
              "The certificate " + serial + " is void.");
}

}  // namespace ctl
