#include "bridge/process/ids_folder.h"

#include "bridge/journal/id_book.h"
#include "bridge/process/ids_taken.h"

#include <utility>

namespace bridge {

using journal::IdBook;
using journal::IdEntry;
using onebot::Result;
using onebot::Status;

namespace {

class FolderIds final : public IdSource {
 public:
  explicit FolderIds(std::unique_ptr<IdBook> book) : book_(std::move(book)) {}

  Status each(const IdQuery& query, const std::function<void(const IdEntry&)>& use) override {
    return book_->each([&](const IdEntry& entry) {
      if (is_meant(query, entry)) use(entry);
    });
  }
  Status each_group(const std::function<void(std::string_view group)>& use) override { return book_->each_group(use); }
  Result<std::vector<std::string>> take(const std::vector<IdEntry>& entries) override {
    auto clashes = take_all(book_->rows(), entries);
    if (clashes.empty()) ONEBOT_CHECK(book_->commit());
    return clashes;
  }

 private:
  std::unique_ptr<IdBook> book_;
};

}  // namespace

Result<std::unique_ptr<IdSource>> numbers_of_folder(const std::string& data_dir, std::int64_t wall) {
  ONEBOT_TRY(book, IdBook::open(data_dir, wall));
  return std::make_unique<FolderIds>(std::move(book));
}

}  // namespace bridge
