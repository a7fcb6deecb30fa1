// Vectors: NIST, RFC 4231, RFC 8032, RFC 4648, and those of the platforms' documents that need more than one of them.

#include "onebot/crypto.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

namespace crypto = onebot::crypto;
using crypto::base64;
using crypto::base64_decode;
using crypto::hex;

namespace {

std::string unhex(std::string_view digits) {
  const auto value = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    bytes.push_back(static_cast<char>(value(digits[i]) * 16 + value(digits[i + 1])));
  }
  return bytes;
}

// A push as it is encrypted for a subscriber: base64 of the IV and the ciphertext, the key being the secret's digest.
std::string decrypted(std::string_view secret, std::string_view push) {
  const auto bytes = base64_decode(push);
  if (!bytes || bytes->size() < 16) return "not base64";
  const std::string_view all = *bytes;
  return crypto::aes_256_cbc_decrypt(crypto::sha256(secret), all.substr(0, 16), all.substr(16)).value_or("refused");
}

// A seed made of a secret repeated to 32 bytes.
std::string seed_of(std::string_view secret) {
  std::string seed(secret);
  while (seed.size() < 32) seed += secret;
  return seed.substr(0, 32);
}

}  // namespace

TEST_CASE("digests are those of the standards") {
  CHECK(hex(crypto::sha1("abc")) == "a9993e364706816aba3e25717850c26c9cd0d89d");
  CHECK(hex(crypto::sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(hex(crypto::sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  using Kind = crypto::RunningDigest::Kind;
  for (const auto& [kind, whole] :
       {std::pair{Kind::md5, "900150983cd24fb0d6963f7d28e17f72"},
        std::pair{Kind::sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"},
        std::pair{Kind::sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}}) {
    crypto::RunningDigest pieces(kind);
    for (const char* piece : {"a", "", "bc"}) pieces.add(piece);
    CHECK(hex(pieces.finish()) == whole);
  }
  CHECK(hex(crypto::hmac_sha256("Jefe", "what do ya want for nothing?")) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(hex(crypto::hmac_sha256("", "")) == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST_CASE("a digest of parts is the digest of their sum") {
  CHECK(hex(crypto::sha256(R"(17543016907c1e90b2k3Yf8PqZ1vTn6RwB{"encrypt":"AAAA"})")) ==
        "b2aca946e1297e1d5fa1432713c237d8a699171951b1a8ab0e97e84953b4b86b");
  CHECK(hex(crypto::sha1(R"(17543016907c1e90b2vtoken{"a":1})")) == "8cc7fee5004084dad979bdd0ef893a54562afc37");
  CHECK(base64(crypto::hmac_sha256("1661860880\nxxx", "")) == "QnWVTSBe6FmQDE0bG6X0mURbI+DnvVyu1h+j5dHOjrU=");
}

TEST_CASE("hex is lower case") {
  CHECK(hex(std::string("\x00\x0f\xA0\xFF", 4)) == "000fa0ff");
  CHECK(hex("").empty());
}

TEST_CASE("base64 is that of RFC 4648") {
  CHECK(base64("").empty());
  CHECK(base64("f") == "Zg==");
  CHECK(base64("fo") == "Zm8=");
  CHECK(base64("foo") == "Zm9v");
  CHECK(base64("foobar") == "Zm9vYmFy");
  for (const std::string_view text : {"", "f", "fo", "foo", "foob", "fooba", "foobar"}) {
    CHECK(base64_decode(base64(text)) == text);
  }
}

TEST_CASE("base64 that is not exactly that is refused") {
  for (const std::string_view text : {"Z", "Zg", "Zg=", "Zg===", "Zm9v\n", "Zm 9", "Zm9-", "Zm9_", "====", "=",
                                      "Z===", "Zg==Zg==", "Zh==", "Zm9=", "\xFFm9v", "Zm9v=AAA"}) {
    CAPTURE(text);
    CHECK_FALSE(base64_decode(text));
  }
}

TEST_CASE("AES-256-CBC decrypts what others have encrypted") {
  CHECK(hex(crypto::sha256("test key")) == "fa2bdca424f01f01ffb48df93acc35d439c7fd331a1a7fba6ac2fd83aa9ab31a");
  CHECK(decrypted("test key", "P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk=") == "hello world");
  CHECK(decrypted("k3Yf8PqZ1vTn6RwB",
                  "AAECAwQFBgcICQoLDA0OD6Jn+hAxT1XnM7mXh/uXnuT6EYSBwMMzhcfW7NhWMICl0XGQLtHyoaA+DPBIDBDIjsSNFwRyrQauj/"
                  "Dupk4PaTOG1Lo4fMDDyMClDFSA+qCaWSztWsCYcBPSLF8B0WQjJ8iFZzpnuD7uf/s+vBiCJuHojfinUjwLgAKEFYu5UpfJ") ==
        R"({"challenge":"5b7c0f9e-21d4-4a83-9c6e-f0a1b2c3d4e5","token":"Vt7Qk2mZr9LxWc4sNf8eHb1pYd6uGa3J",)"
        R"("type":"url_verification"})");
}

TEST_CASE("AES-256-CBC gives back every length it was given") {
  const std::string key = crypto::random_bytes(32), iv = crypto::random_bytes(16);
  for (std::size_t size = 0; size <= 48; ++size) {
    const std::string plain(size, 'p');
    const std::string cipher = crypto::aes_256_cbc_encrypt(key, iv, plain);
    CHECK(cipher.size() == size / 16 * 16 + 16);
    CHECK(crypto::aes_256_cbc_decrypt(key, iv, cipher) == plain);
  }
}

TEST_CASE("a ciphertext that is cut, altered at its end or for another key is refused") {
  const std::string key(32, 'k'), iv(16, 'i');
  const std::string cipher = crypto::aes_256_cbc_encrypt(key, iv, "sixteen letters.");
  REQUIRE(cipher.size() == 32);

  CHECK_FALSE(crypto::aes_256_cbc_decrypt(key, iv, ""));
  CHECK_FALSE(crypto::aes_256_cbc_decrypt(key, iv, cipher.substr(0, 31)));
  CHECK_FALSE(crypto::aes_256_cbc_decrypt(key, iv, cipher.substr(0, 16)));
  CHECK_FALSE(crypto::aes_256_cbc_decrypt(std::string(32, 'x'), iv, cipher));
  CHECK_FALSE(crypto::aes_256_cbc_decrypt(key.substr(1), iv, cipher));
  CHECK_FALSE(crypto::aes_256_cbc_decrypt(key, iv.substr(1), cipher));
  CHECK(crypto::aes_256_cbc_encrypt(key.substr(1), iv, "x").empty());
}

TEST_CASE("a padding is checked byte by byte") {
  // The last block is all padding (16 times 0x10); a bit flipped in the block before flips the same bit of it.
  const std::string key(32, 'k'), iv(16, 'i');
  const std::string cipher = crypto::aes_256_cbc_encrypt(key, iv, "sixteen letters.");
  for (std::size_t i = 0; i < 16; ++i) {
    std::string altered = cipher;
    altered[i] = static_cast<char>(altered[i] ^ 0x40);
    CHECK_FALSE(crypto::aes_256_cbc_decrypt(key, iv, altered));
  }
}

TEST_CASE("texts are equal when every byte is") {
  CHECK(crypto::constant_time_equal("", ""));
  CHECK(crypto::constant_time_equal("secret", "secret"));
  CHECK_FALSE(crypto::constant_time_equal("secret", "secreT"));
  CHECK_FALSE(crypto::constant_time_equal("secret", "secre"));
  CHECK_FALSE(crypto::constant_time_equal("", "s"));
}

TEST_CASE("random bytes and UUIDs do not repeat") {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    CHECK(seen.insert(crypto::random_bytes(16)).second);
    const std::string uuid = crypto::uuid();
    CHECK(seen.insert(uuid).second);
    CHECK(uuid.size() == 36);
    CHECK(uuid[14] == '4');
    CHECK(std::string_view("89ab").find(uuid[19]) != std::string_view::npos);
  }
  CHECK(crypto::random_bytes(0).empty());
}

TEST_CASE("Ed25519 signs as RFC 8032 says") {
  const std::string seed = unhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");

  CHECK(hex(crypto::Ed25519(seed).sign("")) ==
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b");
}

TEST_CASE("Ed25519 signs challenges as the platforms' documents show") {
  CHECK(hex(crypto::Ed25519(seed_of("DG5g3B4j9X2KOErG")).sign("1725442341Arq0D5A61EgUu4OxUvOp")) ==
        "87befc99c42c651b3aac0278e71ada338433ae26fcb24307bdc5ad38c1adc2d0"
        "1bcfcadc0842edac85e85205028a1132afe09280305f13aa6909ffc2d652c706");
  CHECK(hex(crypto::Ed25519(seed_of("OneBotBridgeSecr3t")).sign("1790000000kR7vPq2mTz9xWc4LnY8b")) ==
        "73b2a5c166c482cffe1dfa8966d46d186ee33b0110e1a35e70bd7809cac33d1b"
        "d373e13d1606994f9db51780fed8d68f8ee05867d6c41ff3fdb7df23bc95d807");
  CHECK(hex(crypto::Ed25519(seed_of("k3y7")).sign("1790000001shortSecretPlainTok3")) ==
        "6287b0970477859b38b381c6ff63e634b6fd2a55f68ce3ea6bac42a43560f5cf"
        "6919249cb8b71353ec6c1457b1d2ed2838a1ca468962a0bda4cd124b20bcc70f");
  CHECK(hex(crypto::Ed25519(seed_of("abcdefghijklmnopqrstuvwxyz0123456789")).sign("1790000002longSecretPlainToken")) ==
        "cb7591ab45587a00708617a6709623da54849e6053e23fae85e59c7ca62c4cab"
        "0ddb7b3a3f6f30c22ce402b60366efa7af8dcca45711a0fa4aa80bbba9bea203");
}

TEST_CASE("a signature holds for its message and its key alone") {
  const std::string seed = seed_of("secret");
  const std::string signature = crypto::Ed25519(seed).sign("message");
  REQUIRE(signature.size() == 64);

  CHECK(crypto::Ed25519(seed).verify("message", signature));
  CHECK_FALSE(crypto::Ed25519(seed).verify("massage", signature));
  CHECK_FALSE(crypto::Ed25519(seed_of("other")).verify("message", signature));
  CHECK_FALSE(crypto::Ed25519(seed).verify("message", signature.substr(1)));
  CHECK_FALSE(crypto::Ed25519(seed).verify("message", ""));
  for (std::size_t i = 0; i < signature.size(); ++i) {
    std::string altered = signature;
    altered[i] = static_cast<char>(altered[i] ^ 1);
    CHECK_FALSE(crypto::Ed25519(seed).verify("message", altered));
  }
  std::string high = signature;  // bits that no scalar has
  high[63] = static_cast<char>(high[63] | 0xE0);
  CHECK_FALSE(crypto::Ed25519(seed).verify("message", high));
}

TEST_CASE("a seed of another length signs nothing and accepts nothing") {
  CHECK(crypto::Ed25519("short").sign("message").empty());
  CHECK(crypto::Ed25519(std::string(33, 's')).sign("message").empty());
  CHECK_FALSE(crypto::Ed25519("short").verify("message", std::string(64, '\0')));
}
