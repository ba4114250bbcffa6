// OmniboxModel: what the omnibox offers for what is typed: objects, the objects that meet a filter, commands, and
// without a text what was used last. Groups one after another, each with a head that cannot be chosen.
//
// Rows change by a reset: they answer another question then. The UI thread; a search over 50,000 objects takes a few
// milliseconds. Bounds: kMostObjects, kMostCommands, kMostRecent rows of each.
#pragma once

#include <QAbstractListModel>
#include <QKeySequence>
#include <functional>

#include "console-gui/model/object_filter.h"
#include "console-gui/model/view.h"

namespace console {

// What can be done, as the caller's table of actions has it.
struct OmniboxCommand {
  QString id;
  QString text;
  QString shortcut;  // as people read it
  QString help;
  std::function<void()> run;
};

class OmniboxModel : public QAbstractListModel {
  Q_OBJECT

 public:
  static constexpr std::size_t kMostObjects = 40;
  static constexpr std::size_t kMostCommands = 12;
  static constexpr std::size_t kMostRecent = 8;
  enum Role {
    HeadRole = Qt::UserRole,
    DetailRole,
    HelpRole
  };  // whether it is a head; what stands at the end; a sentence

  explicit OmniboxModel(QObject* parent = nullptr);

  void setView(const ViewPtr& view);
  // Kinds as the console calls them (Workspace::kindName).
  void setKindWords(std::function<QString(san::Kind kind, bool plural)> words);
  void setCommands(std::vector<OmniboxCommand> commands);
  void setText(const QString& text);
  [[nodiscard]] const QString& text() const { return text_; }

  // A text with a field and a colon is a filter: how it stands, and what is wrong with it.
  [[nodiscard]] ObjectFilter::State filterState() const {
    return isFilter_ ? filter_.state() : ObjectFilter::State::Empty;
  }
  [[nodiscard]] QString message() const;

  struct Choice {
    enum class Type : std::uint8_t { None, Object, Filter, Command } type = Type::None;
    san::ObjectRef object;
    std::size_t command = 0;
    friend bool operator==(const Choice&, const Choice&) = default;
  };
  [[nodiscard]] Choice choiceAt(int row) const;
  [[nodiscard]] int rowOf(const Choice& choice) const;  // -1: it is not offered
  [[nodiscard]] const OmniboxCommand& command(std::size_t which) const { return commands_[which]; }
  // The next row that can be chosen, from `row` on in steps of 1 or -1; -1: none.
  [[nodiscard]] int selectable(int row, int step) const;
  // It was chosen: it comes first among what was used last.
  void remember(const Choice& choice);

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;

 private:
  struct Row {
    bool head = false;
    QString text, detail, help;
    Choice choice;
  };
  void build();
  void addRecent();
  void addFilter();
  void addObjects();
  void addCommands();
  void addHead(const QString& text, const QString& detail = {});
  void addObject(san::ObjectRef object);
  void addCommand(std::size_t which);

  ViewPtr view_;
  std::function<QString(san::Kind, bool)> kindWords_;
  std::vector<OmniboxCommand> commands_;
  QString text_;
  bool isFilter_ = false;
  ObjectFilter filter_;
  std::vector<Row> rows_;
  struct Recent {
    san::ObjectRef object;
    QString command;  // its id
    friend bool operator==(const Recent&, const Recent&) = default;
  };
  std::vector<Recent> recent_;  // newest first
};

}  // namespace console
