#include "console-gui/model/credential_table.h"

#include <algorithm>

#include "console-gui/client/tr.h"
#include "console-gui/model/kind_words.h"
#include "console-gui/model/view.h"

namespace console {
namespace {

// Those that need somebody first, then by name.
auto orderOf(const CredentialRow& row) { return std::tuple(!row.needsSomebody(), row.initiator, row.target, row.id); }

}  // namespace

bool CredentialRow::needsSomebody() const {
  return state != san::CredentialState::Retired && (weaknesses != 0 || md5 || old || state == san::CredentialState::WaitingForForeign);
}

Level CredentialRow::level() const {
  switch (state) {
    case san::CredentialState::Rotating:
    case san::CredentialState::WaitingForForeign:
      return Level::Waiting;
    case san::CredentialState::Retired:
      return Level::None;
    case san::CredentialState::Active:
      break;
  }
  if (weaknesses != 0) return Level::Bad;
  return md5 || old ? Level::Warning : Level::Good;
}

QString credentialStateWord(san::CredentialState state) {
  switch (state) {
    case san::CredentialState::Active:
      return console::tr("in use");
    case san::CredentialState::Rotating:
      return console::tr("changing");
    case san::CredentialState::WaitingForForeign:
      return console::tr("waits for the foreign end");
    case san::CredentialState::Retired:
      return console::tr("retired");
  }
  return {};
}

QStringList weaknessWords(const CredentialRow& row) {
  QStringList words;
  const auto add = [&](std::uint32_t bit, const QString& word) {
    if ((row.weaknesses & bit) != 0) words << word;
  };
  add(san::weakness::kShort, console::tr("shorter than 96 bits"));
  add(san::weakness::kDictionary, console::tr("a word of a dictionary"));
  add(san::weakness::kEqualsPeer, console::tr("the same in both directions"));
  add(san::weakness::kEqualsUserName, console::tr("the same as a user name"));
  add(san::weakness::kReused, console::tr("used elsewhere too"));
  if (row.md5) words << console::tr("last login with MD5");
  if (row.old) words << console::tr("older than allowed");
  return words;
}

void CredentialTable::setSan(const san::Snapshot& snapshot, san::Seconds now) {
  now_ = now;
  const san::Seconds oldest = san::Seconds{snapshot.settings().secretDays} * 86'400;
  const auto name = [&](san::ObjectRef ref) { return ref ? titled(snapshot, ref) : QString(); };
  const auto hostOf = hostsByEntity(snapshot);
  all_.clear();
  snapshot.table<san::Credential>().forEach([&](san::Id id, const san::Credential& own) {
    CredentialRow row;
    row.id = id;
    row.initiator = name(own.initiator.ref());
    row.target = own.target ? name(own.target.ref()) : QString();
    const auto* node = snapshot.get<san::Node>(own.initiator.id);
    const auto host = node == nullptr ? hostOf.end() : hostOf.find(node->entity.id);
    if (host != hostOf.end()) row.host = name({san::Kind::Host, host->second});
    row.mutual = own.mutual;
    row.state = own.state;
    row.setAt = own.setAt;
    row.provenAt = own.provenAt;
    row.initiatorHolds = own.initiatorHolds;
    row.targetHolds = own.targetHolds;
    row.md5 = own.md5;
    row.weaknesses = own.weaknesses;
    row.old = oldest != 0 && own.setAt != 0 && now - own.setAt > oldest;
    all_.push_back(std::move(row));
  });
  std::ranges::sort(all_, {}, orderOf);
  show();
}

void CredentialTable::setWords(const QString& words) {
  words_ = words.split(QLatin1Char(' '), Qt::SkipEmptyParts);
  show();
}

void CredentialTable::setShow(Show show) {
  show_ = show;
  this->show();
}

std::size_t CredentialTable::needSomebody() const {
  return static_cast<std::size_t>(std::ranges::count_if(all_, &CredentialRow::needsSomebody));
}

int CredentialTable::rowOf(san::Id credential) const {
  const auto at = std::ranges::find(rows(), credential, &CredentialRow::id);
  return at == rows().end() ? -1 : static_cast<int>(at - rows().begin());
}

void CredentialTable::show() {
  std::vector<CredentialRow> wanted;
  std::ranges::copy_if(all_, std::back_inserter(wanted), [&](const CredentialRow& row) {
    const bool changing = row.state == san::CredentialState::Rotating || row.state == san::CredentialState::WaitingForForeign;
    const bool retired = row.state == san::CredentialState::Retired;
    if (show_ == Show::NeedsSomebody && !row.needsSomebody()) return false;
    if (show_ == Show::Changing && !changing) return false;
    if (show_ == Show::Retired ? !retired : retired) return false;
    return std::ranges::all_of(words_, [&](const QString& word) {
      return row.host.contains(word, Qt::CaseInsensitive) || row.initiator.contains(word, Qt::CaseInsensitive) ||
             row.target.contains(word, Qt::CaseInsensitive);
    });
  });
  merge(std::move(wanted), [](const CredentialRow& a, const CredentialRow& b) { return orderOf(a) < orderOf(b); });
}

QVariant CredentialTable::data(const QModelIndex& index, int role) const {
  const CredentialRow* row = at(index.row());
  if (row == nullptr) return {};
  const QStringList notes = weaknessWords(*row);
  if (role == kLevelRole && index.column() == State) return static_cast<int>(row->level());
  if (role == Qt::ToolTipRole) {
    if (index.column() == Initiator) return row->initiator;
    if (index.column() == Set) return timeText(row->setAt);
    if (index.column() == Proven) return timeText(row->provenAt);
    return notes.isEmpty() ? QVariant() : notes.join(QLatin1Char('\n'));
  }
  if (role != Qt::DisplayRole) return {};
  switch (index.column()) {
    case Initiator:
      // Where a host has several initiators, which.
      if (row->host.isEmpty()) return row->initiator;
      if (const QString own = row->initiator.section(QLatin1Char(':'), -1); own != row->host)
        return tr("%1, %2").arg(row->host, own);
      return row->host;
    case Target:
      return row->target.isEmpty() ? tr("all others") : row->target;
    case Direction:
      return row->mutual ? tr("mutual") : tr("one-way");
    case State:
      return credentialStateWord(row->state);
    case Set:
      return agoText(row->setAt, now_);
    case Proven:
      return agoText(row->provenAt, now_);
    default:
      return notes.join(QStringLiteral(", "));
  }
}

QVariant CredentialTable::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
  switch (section) {
    case Initiator:
      return tr("Host");
    case Target:
      return tr("Target");
    case Direction:
      return tr("Direction");
    case State:
      return tr("State");
    case Set:
      return tr("Set");
    case Proven:
      return tr("Last proof");
    default:
      return tr("What is wrong");
  }
}

}  // namespace console
