#include "isns-server/manage/administration/authority_keeper.h"

#include <algorithm>
#include <memory>

namespace manage {
namespace {

keys::SealPlace placeOf(std::int64_t row) { return {keys::kAuthorityTable, static_cast<std::uint64_t>(row), 0, 0}; }

}  // namespace

base::Status AuthorityKeeper::loadRow(std::uint8_t table, std::int64_t id, std::span<const store::Cell> cells) {
  if (table != keys::kAuthorityTable) return {};
  keys::AuthorityRow row;
  if (auto status = keys::readRow(cells, row); !status) return status;
  auto root = mgmt::Certificate::fromDer(row.root);
  if (!root) return base::fail(root.error());
  rows_[root->fingerprint()] = id;
  lastRow_ = std::max(lastRow_, id);
  if (!row.cross.empty()) {
    auto cross = mgmt::Certificate::fromDer(row.cross);
    if (!cross) return base::fail(cross.error());
    previous_.push_back({std::move(*root), std::move(*cross), row.believedUntil});
    return {};
  }
  auto pem = ring_.open(row.sealedKey, placeOf(id));
  if (!pem) return base::fail(pem.error());
  auto key = mgmt::PrivateKey::fromPem(*pem);
  if (!key) return base::fail(key.error());
  auto authority = keys::CertificateAuthority::open(std::move(*root), std::move(*key));
  if (!authority) return base::fail(authority.error());
  sealedBy_ = keys::KeyRing::keyOf(row.sealedKey).value_or(0);
  authorities_.emplace(std::move(*authority), std::move(previous_));
  ++version_;
  return {};
}

// ---- Changes -------------------------------------------------------------------------------------------------------

base::Result<Step> AuthorityKeeper::create(base::WallTime now) {
  auto made = keys::CertificateAuthority::create(now, random_);
  if (!made) return base::fail(made.error());
  return stepTo(keys::Authorities(std::move(*made)));
}

base::Result<AuthorityKeeper::Change> AuthorityKeeper::change(keys::ClockVerdict clock, base::WallTime believed,
                                                              std::chrono::seconds overlap) {
  if (clock == keys::ClockVerdict::WentBack) {
    return base::fail("the server's clock went back: put it right first, or accept it");
  }
  keys::Authorities next = *authorities_;
  if (auto status = next.change(believed, overlap, random_); !status) return base::fail(status.error());
  const mgmt::Fingerprint root = next.current().root().fingerprint();
  auto step = stepTo(std::move(next));
  if (!step) return base::fail(step.error());
  return Change{root, std::move(*step)};
}

base::Result<Step> AuthorityKeeper::disownPrevious() {
  if (authorities_->previous().empty()) return base::fail("there is no earlier authority that is still believed");
  keys::Authorities next = *authorities_;
  next.disownPrevious();
  return stepTo(std::move(next));
}

std::optional<Step> AuthorityKeeper::upkeep(base::WallTime believed) {
  if (!present() || changing_) return std::nullopt;
  keys::Authorities next = *authorities_;
  next.prune(believed);
  if (next.previous().size() == authorities_->previous().size()) return std::nullopt;
  auto step = stepTo(std::move(next));
  return step ? std::optional(std::move(*step)) : std::nullopt;
}

bool AuthorityKeeper::isSealedWith(keys::KeyId key) const { return present() && sealedBy_ == key; }

base::Result<Step> AuthorityKeeper::sealAnew() {
  if (!present()) return Step{};
  return stepTo(*authorities_);
}

std::int64_t AuthorityKeeper::rowOf(const mgmt::Certificate& root) const {
  const auto found = rows_.find(root.fingerprint());
  return found == rows_.end() ? lastRow_ + 1 : found->second;  // at most one of them is new
}

base::Result<Step> AuthorityKeeper::stepTo(keys::Authorities next) {
  if (changing_) return base::fail("another change of the authority is under way: try again in a moment");
  std::map<std::int64_t, keys::AuthorityRow> puts;
  std::map<mgmt::Fingerprint, std::int64_t> rows;
  for (const keys::PreviousRoot& old : next.previous()) {
    const std::int64_t id = rowOf(old.root);
    puts[id] = {old.root.der(), old.cross.der(), {}, old.believedUntil};
    rows[old.root.fingerprint()] = id;
  }
  const keys::CertificateAuthority& current = next.current();
  const std::int64_t id = rowOf(current.root());
  rows[current.root().fingerprint()] = id;
  puts[id].root = current.root().der();
  const auto pem = current.key().toPem();
  if (!pem) return base::fail(pem.error());
  const auto sealed = ring_.seal(*pem, placeOf(id), random_, puts[id].sealedKey);
  if (!sealed) return base::fail(sealed.error());
  std::vector<std::int64_t> gone;
  for (const auto& [root, row] : rows_) {
    if (rows.count(root) == 0) gone.push_back(row);
  }
  changing_ = true;
  Step step;
  step.rows = [puts, gone](store::OpsWriter& ops, std::uint64_t) {
    for (const auto& [row, authority] : puts) keys::writeRow(ops, row, authority);
    for (const std::int64_t row : gone) ops.erase(keys::kAuthorityTable, row);
  };
  step.committed = [this, id, rows = std::move(rows), sealedBy = ring_.current(),
                    next = std::make_shared<keys::Authorities>(std::move(next))](std::uint64_t) {
    changing_ = false;
    authorities_.emplace(std::move(*next));
    ++version_;
    rows_ = rows;
    lastRow_ = std::max(lastRow_, id);
    sealedBy_ = sealedBy;
  };
  step.failed = [this] { changing_ = false; };
  return step;
}

// ---- The server's own certificate ----------------------------------------------------------------------------------

base::Result<AuthorityKeeper::ServerTls> AuthorityKeeper::serverTls(std::span<const std::string> hosts,
                                                                    base::WallTime now) const {
  auto key = mgmt::PrivateKey::generate();
  if (!key) return base::fail(key.error());
  const auto certificate = authorities_->current().issueServer(*key, hosts, now, random_);
  if (!certificate) return base::fail(certificate.error());
  ServerTls tls;
  tls.from = certificate->notBefore();
  tls.until = certificate->notAfter();
  for (const mgmt::Certificate& one : authorities_->serverChain(*certificate, now)) tls.chain += one.pem();
  for (const mgmt::Certificate& one : authorities_->trusted(now)) tls.clientCa += one.pem();
  auto pem = key->toPem();
  if (!pem) return base::fail(pem.error());
  tls.key = std::move(*pem);
  return tls;
}

}  // namespace manage
