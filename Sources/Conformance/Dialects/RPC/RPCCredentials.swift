import Foundation

/// The headers that the right and the wrong credentials are sent in.
struct RPCCredentials: Sendable {
    let login: String
    let key: String

    init(_ configuration: ConformanceConfiguration) {
        login = configuration.login
        key = configuration.key
    }

    /// The value of `Authorization`, or nil for no header.
    func header(_ variant: AuthorizationVariant) -> String? {
        switch variant {
        case .missing: nil
        case .valid: basic("\(login):\(key)")
        case .wrongKey: basic("\(login):\(wrongKey)")
        case .wrongLogin: basic("not\(login):\(key)")
        case .wrongCaseKey: basic("\(login):\(wrongCaseKey)")
        case .emptyPassword: basic("\(login):")
        case .emptyLoginAndPassword: basic(":")
        case .bearerKey: "Bearer \(key)"
        case .bearerPair: "Bearer \(base64("\(login):\(key)"))"
        case .barePair: base64("\(login):\(key)")
        case .trailingGarbage: basic("\(login):\(key)x")
        case .truncatedKey: basic("\(login):\(key.dropLast())")
        case .notBase64: "Basic %%%not-base64%%%"
        case .noColon: basic(key)
        }
    }

    /// What a report shows instead.
    static func description(_ variant: AuthorizationVariant) -> String? {
        switch variant {
        case .missing: nil
        case .valid: "Basic (login:key)"
        case .wrongKey: "Basic (login and another key)"
        case .wrongLogin: "Basic (another login and the key)"
        case .wrongCaseKey: "Basic (the key in the wrong case)"
        case .emptyPassword: "Basic (login and no key)"
        case .emptyLoginAndPassword: "Basic (a colon)"
        case .bearerKey: "Bearer (key)"
        case .bearerPair: "Bearer (login:key)"
        case .barePair: "(login:key, without a scheme)"
        case .trailingGarbage: "Basic (the key and one character more)"
        case .truncatedKey: "Basic (the key without its last character)"
        case .notBase64: "Basic (no base64)"
        case .noColon: "Basic (the key alone)"
        }
    }

    /// Everything that gives the key away.
    var secrets: [String] {
        let keyless: [AuthorizationVariant] = [.missing, .emptyPassword, .emptyLoginAndPassword, .notBase64]
        let headers = AuthorizationVariant.allCases.filter { !keyless.contains($0) }
            .compactMap { header($0)?.split(separator: " ").last.map(String.init) }
        return [key, wrongCaseKey, String(key.dropLast())] + headers
    }

    /// Of the key's length, and with its first characters, so that nothing but a whole comparison tells them apart.
    private var wrongKey: String {
        String(key.dropLast()) + (key.last == "0" ? "1" : "0")
    }

    /// A key without letters has no wrong case; it is reversed instead, which is wrong as well.
    private var wrongCaseKey: String {
        let swapped = String(
            key.map { letter in
                guard letter.isASCII else { return letter }
                return Character(letter.isUppercase ? letter.lowercased() : letter.uppercased())
            })
        guard swapped == key else { return swapped }
        return String(key.reversed()) == key ? key + key : String(key.reversed())
    }

    private func basic(_ text: String) -> String { "Basic \(base64(text))" }

    private func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }
}

/// What is sent as credentials.
enum AuthorizationVariant: String, Sendable, CaseIterable {
    case valid
    case missing
    case wrongKey = "wrong_key"
    case wrongLogin = "wrong_login"
    case wrongCaseKey = "wrong_case_key"
    case emptyPassword = "empty_password"
    case emptyLoginAndPassword = "empty_login_and_password"
    case bearerKey = "bearer_key"
    case bearerPair = "bearer_pair"
    case barePair = "bare_pair"
    case trailingGarbage = "trailing_garbage"
    case truncatedKey = "truncated_key"
    case notBase64 = "not_base64"
    case noColon = "no_colon"
}
