// A bbolt database as bytes, made as its writer makes them.

#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bolt {

inline constexpr std::size_t kPage = 4096;

struct Element {
  std::string key{}, value{};
  std::uint32_t flags = 0;  // 1: a bucket
};

template <class T>
void put(std::string& bytes, std::size_t at, T value) {
  std::memcpy(bytes.data() + at, &value, sizeof value);
}

inline std::string page_head(std::uint64_t id, std::uint16_t flags, std::size_t count, std::uint32_t overflow) {
  std::string head(16, '\0');
  put(head, 0, id);
  put(head, 8, flags);
  put(head, 10, static_cast<std::uint16_t>(count));
  put(head, 12, overflow);
  return head;
}

// As long as it comes: a bucket that stands in its parent ends with its last value.
inline std::string leaf(std::uint64_t id, const std::vector<Element>& elements, std::uint32_t overflow = 0) {
  std::string heads(elements.size() * 16, '\0'), rest;
  for (std::size_t i = 0; i < elements.size(); ++i) {
    put(heads, i * 16, elements[i].flags);
    put(heads, i * 16 + 4, static_cast<std::uint32_t>(heads.size() - i * 16 + rest.size()));
    put(heads, i * 16 + 8, static_cast<std::uint32_t>(elements[i].key.size()));
    put(heads, i * 16 + 12, static_cast<std::uint32_t>(elements[i].value.size()));
    rest += elements[i].key + elements[i].value;
  }
  return page_head(id, 2, elements.size(), overflow) + heads + rest;
}

inline std::string branch(std::uint64_t id, const std::vector<std::pair<std::string, std::uint64_t>>& children) {
  std::string heads(children.size() * 16, '\0'), keys;
  for (std::size_t i = 0; i < children.size(); ++i) {
    put(heads, i * 16, static_cast<std::uint32_t>(heads.size() - i * 16 + keys.size()));
    put(heads, i * 16 + 4, static_cast<std::uint32_t>(children[i].first.size()));
    put(heads, i * 16 + 8, children[i].second);
    keys += children[i].first;
  }
  return page_head(id, 1, children.size(), 0) + heads + keys;
}

inline std::string meta(std::uint64_t id, std::uint64_t root, std::uint64_t transaction, std::size_t page = kPage) {
  std::string body(64, '\0');
  put(body, 0, std::uint32_t{0xED0CDAED});
  put(body, 4, std::uint32_t{2});
  put(body, 8, static_cast<std::uint32_t>(page));
  put(body, 16, root);
  put(body, 48, transaction);
  std::uint64_t sum = 0xcbf29ce484222325;
  for (std::size_t i = 0; i < 56; ++i) sum = (sum ^ static_cast<unsigned char>(body[i])) * 0x100000001b3;
  put(body, 56, sum);
  return page_head(id, 4, 0, 0) + body;
}

inline std::string bucket(std::uint64_t root) {
  std::string head(16, '\0');
  put(head, 0, root);
  return head;
}

inline std::string file(std::vector<std::string> pages, std::size_t size = kPage) {
  std::string bytes;
  for (std::string& page : pages) {
    page.resize((page.size() + size - 1) / size * size);
    bytes += page;
  }
  return bytes;
}

// As Gensokyo keeps a number.
inline std::string big_endian(std::uint64_t number) {
  std::string bytes;
  for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>(number >> shift & 0xff);
  return bytes;
}

}  // namespace bolt
