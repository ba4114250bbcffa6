// CredentialTable: the CHAP credentials of a SAN as rows: who proves himself to whom, how it stands, how old it is. Never a
// secret: none is in a snapshot, and the API gives none here (docs/security).
//
// Of the View that is shown, present or past; narrowed by words. The UI thread. Bound: the credentials of the SAN.
#pragma once

#include <QStringList>

#include "console-gui/model/level.h"
#include "console-gui/model/row_table.h"
#include "shared/san/snapshot.h"

namespace console {

struct CredentialRow {
  san::Id id = 0;
  QString host;               // of the initiator; empty: none is known
  QString initiator, target;  // no target: for every one that has none of its own
  bool mutual = false;
  san::CredentialState state = san::CredentialState::Active;
  san::Seconds setAt = 0, provenAt = 0;
  san::Truth initiatorHolds = san::Truth::Unknown, targetHolds = san::Truth::Unknown;
  bool md5 = false;
  std::uint32_t weaknesses = 0;
  bool old = false;  // older than the settings allow
  friend bool operator==(const CredentialRow&, const CredentialRow&) = default;
  // Somebody should do something about it.
  [[nodiscard]] bool needsSomebody() const;
  [[nodiscard]] Level level() const;
};

QString credentialStateWord(san::CredentialState state);
// "shorter than 96 bits", ...; what of it is wrong, also its age and MD5. Empty: nothing.
QStringList weaknessWords(const CredentialRow& row);

class CredentialTable : public RowTable<CredentialRow> {
  Q_OBJECT

 public:
  // What somebody has to do something about stands first, also in a narrow window.
  enum Column { Initiator, Target, State, Notes, Direction, Set, Proven, kColumns };
  enum class Show : std::uint8_t { All, NeedsSomebody, Changing, Retired };

  using RowTable::RowTable;

  void setSan(const san::Snapshot& snapshot, san::Seconds now);
  void setWords(const QString& words);
  void setShow(Show show);
  [[nodiscard]] std::size_t all() const { return all_.size(); }
  [[nodiscard]] std::size_t needSomebody() const;
  // -1: it is not shown.
  [[nodiscard]] int rowOf(san::Id credential) const;

  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : kColumns; }
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  void show();

  std::vector<CredentialRow> all_;
  QStringList words_;
  Show show_ = Show::All;
  san::Seconds now_ = 0;
};

}  // namespace console
