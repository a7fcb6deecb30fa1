// A certificate authority of the moment, and certificates by it, as PEM files in a temporary folder.

#pragma once

#include <doctest/doctest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

namespace certificates {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

struct Files {
  std::string certificate{};
  std::string key{};
};

class Authority {
 public:
  Authority() : key_(EVP_EC_gen("P-256"), &EVP_PKEY_free), certificate_(make("Test CA", *key_, "", true)) {
    ca_file_ = write("ca.pem", [&](FILE* to) { return PEM_write_X509(to, certificate_.get()); });
  }
  ~Authority() { std::filesystem::remove_all(folder_); }
  Authority(const Authority&) = delete;

  const std::string& ca_file() const { return ca_file_; }

  // names: as in a subjectAltName, "DNS:localhost" or "IP:127.0.0.1".
  Files issue(const std::string& names) { return issue(names, Key(EVP_EC_gen("P-256"), &EVP_PKEY_free)); }
  Files issue_rsa(const std::string& names) { return issue(names, Key(EVP_RSA_gen(2048), &EVP_PKEY_free)); }

 private:
  Files issue(const std::string& names, const Key& key) {
    const auto certificate = make("server", *key, names, false);
    const std::string stem = "server" + std::to_string(++issued_);
    return {write(stem + ".pem", [&](FILE* to) { return PEM_write_X509(to, certificate.get()); }),
            write(stem + ".key", [&](FILE* to) {
              return PEM_write_PrivateKey(to, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
            })};
  }

  static std::filesystem::path make_folder() {
    std::string path = std::filesystem::temp_directory_path() / "net-test-XXXXXX";
    REQUIRE(::mkdtemp(path.data()) != nullptr);
    return path;
  }

  Certificate make(const std::string& name, EVP_PKEY& key, const std::string& alternative, bool authority) {
    Certificate made(X509_new(), &X509_free);
    X509_set_version(made.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), ++issued_ + 100);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
    X509_set_pubkey(made.get(), &key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    X509* issuer = authority ? made.get() : certificate_.get();
    X509_set_issuer_name(made.get(), X509_get_subject_name(issuer));
    extend(*made, *issuer, NID_basic_constraints, authority ? "critical,CA:TRUE" : "CA:FALSE");
    if (!alternative.empty()) extend(*made, *issuer, NID_subject_alt_name, alternative);
    REQUIRE(X509_sign(made.get(), key_.get(), EVP_sha256()) > 0);
    return made;
  }
  static void extend(X509& certificate, X509& issuer, int what, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, &issuer, &certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, what, value.c_str());
    REQUIRE(extension != nullptr);
    X509_add_ext(&certificate, extension, -1);
    X509_EXTENSION_free(extension);
  }
  template <class Write>
  std::string write(const std::string& name, Write put) const {
    const std::string path = folder_ / name;
    FILE* to = std::fopen(path.c_str(), "w");
    REQUIRE(to != nullptr);
    CHECK(put(to) == 1);
    std::fclose(to);
    return path;
  }

  std::filesystem::path folder_ = make_folder();
  int issued_ = 0;
  Key key_;
  Certificate certificate_;
  std::string ca_file_;
};

}  // namespace certificates
