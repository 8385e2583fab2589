import Testing

@testable import Server

@Suite("A setting that cannot be used is refused in one sentence")
struct SettingErrorTests {
    /// The variables, and the sentence.
    private static let table = """
        API_PORT=x                       | api.port (API_PORT) must be a whole number from 0 to 65535, not 'x'
        API_PORT=65536                   | api.port (API_PORT) must be a whole number from 0 to 65535, not '65536'
        API_PORT=-1                      | api.port (API_PORT) must be a whole number from 0 to 65535, not '-1'
        API_PORT=080                     | api.port (API_PORT) must be a whole number from 0 to 65535, not '080'
        API_PORT=+80                     | api.port (API_PORT) must be a whole number from 0 to 65535, not '+80'
        API_PORT=80.0                    | api.port (API_PORT) must be a whole number from 0 to 65535, not '80.0'
        API_PORT=٨٠                      | api.port (API_PORT) must be a whole number from 0 to 65535, not '٨٠'
        API_PORT=                        | api.port (API_PORT) is set but empty: give it a value or remove it
        API_PORT=0                       | none
        API_HOST=localhost               | none
        API_HOST=::1                     | none
        API_HOST=127.8.8.8               | none
        API_HOST=0.0.0.0                 | api.host (API_HOST) is 0.0.0.0, <unsafe>
        API_HOST=::                      | api.host (API_HOST) is ::, <unsafe>
        API_HOST=192.168.1.5             | api.host (API_HOST) is 192.168.1.5, <unsafe>
        API_HOST=127.shop.example        | api.host (API_HOST) is 127.shop.example, <unsafe>
        API_HOST=0.0.0.0 API_PLAIN_HTTP=anywhere | none
        API_PLAIN_HTTP=yes               | api.plain_http (API_PLAIN_HTTP) must be one of loopback, anywhere, not 'yes'
        API_TLS_CERT_PATH=/nobody.pem    | api.tls_key_path (API_TLS_KEY_PATH) is missing beside api.tls_cert_path
        API_TLS_KEY_PATH=/nobody.pem     | api.tls_cert_path (API_TLS_CERT_PATH) is missing beside api.tls_key_path
        API_TLS_CERT_PATH=/a API_TLS_KEY_PATH=/b | api.tls_cert_path (API_TLS_CERT_PATH) is /a, which cannot be read
        DATABASE_URL=tiyin.db            | database.url (DATABASE_URL) must begin with sqlite:, not with 'tiyin.db'
        DATABASE_URL=mysql://h/d         | database.url (DATABASE_URL) must begin with sqlite:, not with 'mysql'
        DATABASE_URL=postgres://h/d      | database.url (DATABASE_URL) names PostgreSQL, which this version does not have yet: use sqlite:FILE
        DATABASE_URL=sqlite:             | database.url (DATABASE_URL) must name a file: sqlite:tiyin.db or sqlite:///path/to/tiyin.db
        DATABASE_URL=sqlite::memory:     | database.url (DATABASE_URL) must name a file: sqlite:tiyin.db or sqlite:///path/to/tiyin.db
        DATABASE_URL=sqlite:a?mode=ro    | database.url (DATABASE_URL) must name a file: sqlite:tiyin.db or sqlite:///path/to/tiyin.db
        MERCHANT_API_KEY=fifteen-letters | merchant.api_key (MERCHANT_API_KEY) must have 16 characters or more
        MERCHANT_API_KEY=sixteen--letters | none
        MERCHANT_API_KEY=ключ-магазина   | merchant.api_key (MERCHANT_API_KEY) must be at most 256 visible ASCII characters without spaces
        PAYME_KEY=seven77                | payme.key (PAYME_KEY) must have 8 characters or more
        PAYME_KEY=eight888               | none
        PAYME_KEY=sixteen--letters MERCHANT_API_KEY=sixteen--letters | merchant.api_key and payme.key are the same: give the merchant API a key of its own
        PAYME_MERCHANT_ID=5              | payme.key (PAYME_KEY) is missing beside payme.merchant_id: set it, or remove both
        KEY PAYME_MERCHANT_ID=5/6        | payme.merchant_id (PAYME_MERCHANT_ID) must be letters, digits, - and _, not '5/6'
        KEY PAYME_MERCHANT_ID=a;b        | payme.merchant_id (PAYME_MERCHANT_ID) must be letters, digits, - and _, not 'a;b'
        KEY PAYME_LOGIN=a:b              | payme.login (PAYME_LOGIN) must be visible ASCII without a colon
        KEY PAYME_LOGIN=Касса            | payme.login (PAYME_LOGIN) must be visible ASCII without a colon
        KEY PAYME_MODE=test              | payme.mode (PAYME_MODE) must be one of production, sandbox, not 'test'
        KEY PAYME_ACCOUNT_FIELD=order-id | payme.account_field (PAYME_ACCOUNT_FIELD) must be letters, digits and _, not 'order-id'
        KEY PAYME_BUSY_ORDER_ERROR=x     | payme.busy_order_error (PAYME_BUSY_ORDER_ERROR) must be one of account, unable, not 'x'
        KEY PAYME_REFUNDS=no             | payme.refunds (PAYME_REFUNDS) must be one of allow, refuse, not 'no'
        KEY PAYME_CREATE_TIME=now        | payme.create_time (PAYME_CREATE_TIME) must be one of own, payme, not 'now'
        KEY PAYME_EXPIRY=12h             | payme.expiry (PAYME_EXPIRY) must be one of after, at, not '12h'
        KEY PAYME_ANSWER_JSONRPC=no      | payme.answer_jsonrpc (PAYME_ANSWER_JSONRPC) must be one of send, omit, not 'no'
        KEY PAYME_UNREADABLE_ID=1        | payme.unreadable_id (PAYME_UNREADABLE_ID) must be one of null, 0, not '1'
        KEY PAYME_CHECKOUT_URL=checkout.paycom.uz | payme.checkout_url (PAYME_CHECKOUT_URL) <checkout>
        KEY PAYME_CHECKOUT_URL=ftp://checkout.paycom.uz | payme.checkout_url (PAYME_CHECKOUT_URL) <checkout>
        KEY PAYME_CHECKOUT_URL=https://checkout.paycom.uz/ | payme.checkout_url (PAYME_CHECKOUT_URL) <checkout>
        KEY PAYME_CHECKOUT_URL=http://127.0.0.1:9 | none
        PAYME_MODE=test                  | payme.mode (PAYME_MODE) must be one of production, sandbox, not 'test'
        PAYME_REFUNDS=no                 | payme.refunds (PAYME_REFUNDS) must be one of allow, refuse, not 'no'
        PAYME_ALLOWED_ADDRESSES=payme    | none
        PAYME_ALLOWED_ADDRESSES=Payme    | payme.allowed_addresses (PAYME_ALLOWED_ADDRESSES) <addresses>, not 'Payme'
        PAYME_ALLOWED_ADDRESSES=10.0.0.256 | payme.allowed_addresses (PAYME_ALLOWED_ADDRESSES) <addresses>, not '10.0.0.256'
        HTTP_TRUSTED_PROXIES=10.0.0.0/8,::1 | none
        HTTP_TRUSTED_PROXIES=10.0.0.0/33 | http.trusted_proxies (HTTP_TRUSTED_PROXIES) <addresses>, not '10.0.0.0/33'
        HTTP_TRUSTED_PROXIES=10.0.0.1,   | http.trusted_proxies (HTTP_TRUSTED_PROXIES) <addresses>, not '10.0.0.1,'
        HTTP_BODY_BYTES_MAX=1023         | http.body_bytes_max (HTTP_BODY_BYTES_MAX) must be a whole number from 1024 to 1048576, not '1023'
        HTTP_CONNECTIONS_MAX=0           | http.connections_max (HTTP_CONNECTIONS_MAX) must be a whole number from 1 to 100000, not '0'
        HTTP_REQUEST_SECONDS=301         | http.request_seconds (HTTP_REQUEST_SECONDS) must be a whole number from 1 to 300, not '301'
        JOBS_EXPIRY_SECONDS=1m           | jobs.expiry_seconds (JOBS_EXPIRY_SECONDS) must be a whole number from 0 to 86400, not '1m'
        LOG_LEVEL=verbose                | log.level (LOG_LEVEL) must be one of trace, debug, info, notice, warning, error, critical, not 'verbose'
        LOG_FORMAT=JSON                  | log.format (LOG_FORMAT) must be one of text, json, not 'JSON'
        PAYME_KYE=12345678               | the environment variable PAYME_KYE <stray> PAYME_KEY? <correct>
        MERCHANT_API_KEYS=1              | the environment variable MERCHANT_API_KEYS <stray> MERCHANT_API_KEY? <correct>
        DATABASE_URLS=1                  | the environment variable DATABASE_URLS <stray> DATABASE_URL? <correct>
        MERCHANT_SECRET=1                | the environment variable MERCHANT_SECRET <unknown>
        HTTP_PROXY=http://proxy:3128     | none
        HTTPS_PROXY=http://proxy:3128    | none
        NO_PROXY=localhost               | none
        API_KEY=x                        | none
        API_TOKEN=x                      | none
        LOG_FILE=x                       | none
        LOG_DIR=x                        | none
        JOBS_QUEUE=x                     | none
        HTTP_TIMEOUT=x                   | none
        API_PROT=1                       | the environment variable API_PROT <stray> API_PORT? <correct>
        API_TLS_CERT_PAHT=x              | the environment variable API_TLS_CERT_PAHT <stray> API_TLS_CERT_PATH? <correct>
        HTTP_TRUSTED_PROXY=::1           | none
        HTTP_TRUSTED_PROXIS=::1          | the environment variable HTTP_TRUSTED_PROXIS <stray> HTTP_TRUSTED_PROXIES? <correct>
        HTTP_CONNECTION_MAX=5            | the environment variable HTTP_CONNECTION_MAX <stray> HTTP_CONNECTIONS_MAX? <correct>
        JOBS_EXPIRY_SECOND=5             | the environment variable JOBS_EXPIRY_SECOND <stray> JOBS_EXPIRY_SECONDS? <correct>
        LOG_LEVLE=debug                  | the environment variable LOG_LEVLE <stray> LOG_LEVEL? <correct>
        LOG_FROMAT=json                  | the environment variable LOG_FROMAT <stray> LOG_FORMAT? <correct>
        HTTP_OPERATOR_ADDRESSES=any      | none
        HTTP_OPERATOR_ADDRESSES=all      | http.operator_addresses (HTTP_OPERATOR_ADDRESSES) <addresses>, not 'all'
        """

    /// Sentences that occur more than once.
    private static let phrases = [
        "<unsafe>": "and without TLS the keys would cross the network in the clear: set api.tls_cert_path and "
            + "api.tls_key_path, or API_PLAIN_HTTP=anywhere if a proxy does TLS",
        "<checkout>": "must be like https://checkout.paycom.uz, without a slash at the end",
        "<addresses>": "must be addresses or networks such as 10.0.0.0/8, separated by commas",
        "<stray>": "is no setting of tiyin: did you mean",
        "<correct>": "Correct the name or remove it (`tiyin config check` lists them all)",
        "<unknown>": "is no setting of tiyin: correct the name or remove it (`tiyin config check` lists them all)",
    ]

    @Test("that names it, by both its names")
    func sentences() throws {
        let folder = try SettingsFolder()
        for row in rows(Self.table) {
            var environment: [String: String] = [:]
            for word in row[0].split(separator: " ") {
                let halves = word.replacing("KEY ", with: "").split(separator: "=", maxSplits: 1)
                if halves[0] == "KEY" {
                    environment["PAYME_KEY"] = "eight888"
                } else {
                    environment[String(halves[0])] = halves.count == 2 ? String(halves[1]) : ""
                }
            }
            var sentence = row[1]
            for (short, long) in Self.phrases { sentence = sentence.replacing(short, with: long) }
            #expect(folder.complaint(environment) == sentence, "\(row[0])")
        }
    }

    /// What `tiyin.yaml` holds, and the sentence.
    private static let files = #"""
        payme: {kye: x-y-z}                  | tiyin.yaml:1: payme.kye <unknown>
        payme:\n  key: a-b-c-d-e\n  kye: 1   | tiyin.yaml:3: payme.kye <unknown>
        paime: {key: a-b-c-d-e}              | tiyin.yaml:1: paime.key <unknown>
        payme: {key: {a: 1}}                 | tiyin.yaml:1: payme.key must be one value, not a mapping
        payme:\n  key:                       | tiyin.yaml:2: payme.key must be one value, not nothing
        http: {trusted_proxies: [10.0.0.1, "::1"]} | none
        http: {trusted_proxies: [[10.0.0.1], {}]} | tiyin.yaml:1: http.trusted_proxies must be one value, not a list
        api: {port: 8081}                    | none
        api: {port: "8081"}                  | none
        api: {port: 8081.0}                  | api.port (API_PORT) must be a whole number from 0 to 65535, not '8081.0'
        """#

    @Test("that names the file and the line")
    func lines() throws {
        for row in rows(Self.files) {
            let folder = try SettingsFolder(yaml: row[0].replacing("\\n", with: "\n"))
            let sentence = row[1].replacing("<unknown>", with: Self.phrases["<unknown>"] ?? "")
            #expect(folder.complaint() == sentence, "\(row[0])")
        }
    }

    @Test("also if the file is no text, or no YAML")
    func brokenFiles() throws {
        let folder = try SettingsFolder(env: "PAYME_KEY", yaml: nil)
        #expect(folder.complaint() == ".env:1: expected NAME=value")
        for yaml in ["payme", "- payme", "payme: key", "payme: [key]", "payme: {key: a", "\tpayme: {}", "a: 1\na: 2"] {
            let complaint = try SettingsFolder(yaml: yaml).complaint()
            #expect(complaint.hasPrefix("tiyin.yaml:") && !complaint.contains("\n"), "\(yaml): \(complaint)")
        }
    }
}
