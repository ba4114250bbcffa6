// FindingTree: what the rules have found, as a tree: a rule, below it its findings, each one cause.
//
// Findings stand by their severity, the worst first, and a rule by that of its first one. Rows come, go, move and
// change one by one. What is shown is narrowed by severity, rules, state, words and the filter of all pages. The UI
// thread; linear in findings.
#pragma once

#include <QAbstractItemModel>
#include <vector>

#include "console-gui/model/level.h"
#include "console-gui/model/object_filter.h"
#include "shared/san/rules.h"

namespace console {

struct FindingFilter {
  enum class State : std::uint8_t { Open, Waived, All };
  san::Severity atLeast = san::Severity::Info;
  QStringList rules;  // none: every one
  State state = State::Open;
  QString words;  // all of them in the sentence, the cause or the rule
};

class FindingTree : public QAbstractItemModel {
  Q_OBJECT

 public:
  enum Column { What, Severity, Count, Since, State, kColumns };
  using QAbstractItemModel::QAbstractItemModel;

  // `now`: to tell ages. Without findings the tree is empty.
  void setView(const ViewPtr& view, san::Seconds now, const ObjectFilter& objects);
  void setFilter(const FindingFilter& filter, const ObjectFilter& objects);
  [[nodiscard]] const FindingFilter& filter() const { return filter_; }

  // nullptr: a rule, or nothing. Of the view that was set last.
  [[nodiscard]] const san::Finding* findingOf(const QModelIndex& index) const;
  [[nodiscard]] const san::RuleRow* ruleOf(const QModelIndex& index) const;
  [[nodiscard]] QModelIndex indexOf(std::string_view rule, std::string_view cause) const;
  [[nodiscard]] std::size_t shown() const;  // findings

  [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
  [[nodiscard]] QModelIndex parent(const QModelIndex& index) const override;
  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& = {}) const override { return kColumns; }
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  struct Row {
    std::string cause;
    san::Severity severity = san::Severity::Info;
    QString text, since, state;
    std::size_t count = 0;
    bool waived = false;
    san::Seconds sinceTime = 0;
    std::size_t place = 0;  // in the list of the view
    [[nodiscard]] bool saysSame(const Row& other) const;
  };
  struct Group {
    std::size_t rule = 0;  // in kRuleTable
    std::vector<Row> rows;
  };
  [[nodiscard]] std::vector<Group> wanted(const ObjectFilter& objects) const;
  [[nodiscard]] bool takes(const san::Finding& finding, const ObjectFilter& objects) const;
  void merge(std::vector<Group> wanted);
  bool mergeRows(std::size_t group, std::vector<Row> wanted);
  [[nodiscard]] QVariant groupData(const Group& group, int column, int role) const;
  [[nodiscard]] const Group* groupOf(const QModelIndex& index) const;
  [[nodiscard]] const Row* rowOf(const QModelIndex& index) const;

  ViewPtr view_;
  san::Seconds now_ = 0;
  FindingFilter filter_;
  std::vector<Group> groups_;
};

// "3 days ago", "since revision 12", "not known".
QString sinceText(const san::Finding& finding, san::Seconds now);

}  // namespace console
