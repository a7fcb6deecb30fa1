#include "bridge/files/uploads.h"

#include "onebot/crypto.h"

#include <fmt/format.h>

#include <utility>

namespace bridge::files {

using onebot::fail;
using onebot::Result;
using onebot::Retcode;
using onebot::Status;

namespace {

constexpr std::size_t kMostRanges = 16'384;  // gaps between fragments; a client that sends in any sane order has few

}  // namespace

Uploads::~Uploads() {
  while (!uploads_.empty()) drop(uploads_.begin());
}

Result<std::string> Uploads::prepare(std::string name, std::uint64_t total_size, std::chrono::milliseconds now) {
  drop_old(now);
  if (uploads_.size() >= store_.limits().uploads) {
    return fail(Retcode::too_many_uploads,
                fmt::format("{} uploads are unfinished, no more are taken", uploads_.size()));
  }
  ONEBOT_CHECK(store_.room(total_size));
  Temporary bytes = store_.temporary();
  ONEBOT_TRY(file, create(bytes.path()));
  std::string id = fmt::format("upload.{}", onebot::crypto::hex(onebot::crypto::random_bytes(16)));
  uploads_.emplace(id, Upload{std::move(name), total_size, std::move(bytes), std::move(file), {}, now});
  store_.reserve(total_size);
  return id;
}

Result<Uploads::Place> Uploads::find(const std::string& id) {
  const Place place = uploads_.find(id);
  if (place == uploads_.end()) return fail(Retcode::unknown_file, "there is no unfinished upload of this file_id");
  return place;
}

Status Uploads::transfer(const std::string& id, std::uint64_t offset, std::string_view bytes,
                         std::chrono::milliseconds now) {
  drop_old(now);
  ONEBOT_TRY(place, find(id));
  Upload& upload = place->second;
  if (offset > upload.total_size || bytes.size() > upload.total_size - offset) {
    return fail(Retcode::bad_param, fmt::format("\"offset\" {} and {} bytes of \"data\" go beyond \"total_size\" {}",
                                                offset, bytes.size(), upload.total_size));
  }
  if (upload.ranges.count() >= kMostRanges) return fail(Retcode::busy, "the fragments leave too many gaps");
  upload.used = now;
  if (Status written = write_at(upload.file.fd(), offset, bytes); !written) {
    drop(place);  // the room it takes may be what others wait for
    return written;
  }
  upload.ranges.add(offset, offset + bytes.size());
  return {};
}

Result<std::string> Uploads::finish(const std::string& id, const std::optional<std::string>& sha256,
                                    Milliseconds wall) {
  ONEBOT_TRY(place, find(id));
  Upload upload = std::move(place->second);
  drop(place);
  if (const std::uint64_t missing = upload.ranges.missing(upload.total_size); missing > 0) {
    return fail(Retcode::bytes_missing, fmt::format("{} of {} bytes have not come", missing, upload.total_size));
  }
  ONEBOT_TRY(summed, sum_of(upload.bytes.path()));
  std::string file_id = new_file_id();
  ONEBOT_CHECK(store_.keep({"", file_id}, std::move(upload.name), std::move(upload.bytes), summed, sha256, wall));
  return file_id;
}

void Uploads::drop(Place place) {
  store_.release(place->second.total_size);
  uploads_.erase(place);
}

void Uploads::drop_old(std::chrono::milliseconds now) {
  for (Place place = uploads_.begin(); place != uploads_.end();) {
    const Place next = std::next(place);
    if (now - place->second.used > store_.limits().upload_life) drop(place);
    place = next;
  }
}

}  // namespace bridge::files
