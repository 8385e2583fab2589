import Foundation
import JSONRPC
import Payme
import StrictJSON

/// Parses one setting at a time, and says what is wrong with it in one sentence.
struct SettingReader {
    let source: SettingSource

    init(_ source: SettingSource) {
        self.source = source
    }

    /// The text, or nil if it is not set. Set but empty is malformed.
    func optional(_ key: SettingKey) throws -> String? {
        guard let text = source.text(key) else { return nil }
        guard !text.isEmpty else { throw error(key, "is set but empty: give it a value or remove it") }
        return text
    }

    func text(_ key: SettingKey) throws -> String {
        guard let text = try optional(key) ?? key.defaultText else { throw error(key, "is not set") }
        return text
    }

    func integer(_ key: SettingKey, _ range: ClosedRange<Int>) throws -> Int {
        let text = try text(key)
        guard let value = Int(text), String(value) == text, range.contains(value) else {
            throw error(key, "must be a whole number from \(range.lowerBound) to \(range.upperBound), not '\(text)'")
        }
        return value
    }

    func choice<T: RawRepresentable & CaseIterable>(
        _ key: SettingKey, _ type: T.Type
    ) throws -> T where T.RawValue == String {
        let text = try text(key)
        guard let value = T(rawValue: text) else {
            let names = T.allCases.map(\.rawValue).joined(separator: ", ")
            throw error(key, "must be one of \(names), not '\(text)'")
        }
        return value
    }

    /// A secret's value never stands in an error.
    func secret(_ key: SettingKey, minimum: Int) throws -> String? {
        guard let text = try optional(key) else { return nil }
        guard text.utf8.count >= minimum else { throw error(key, "must have \(minimum) characters or more") }
        guard text.utf8.count <= 256, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw error(key, "must be at most 256 visible ASCII characters without spaces")
        }
        return text
    }

    func addresses(_ key: SettingKey, _ text: String) throws -> AddressList {
        guard let list = AddressList(text) else {
            throw error(key, "must be addresses or networks such as 10.0.0.0/8, separated by commas, not '\(text)'")
        }
        return list
    }

    func operatorAddresses() throws -> AddressList? {
        let text = try text(.httpOperatorAddresses)
        return text == "any" ? nil : try addresses(.httpOperatorAddresses, text)
    }

    func tls() throws -> ServerSettings.TLSFiles? {
        switch (try optional(.apiTLSCertificate), try optional(.apiTLSKey)) {
        case (nil, nil): return nil
        case (let certificate?, let key?):
            for (setting, path) in [(SettingKey.apiTLSCertificate, certificate), (.apiTLSKey, key)]
            where !FileManager.default.isReadableFile(atPath: path) {
                throw error(setting, "is \(path), which cannot be read")
            }
            return ServerSettings.TLSFiles(certificatePath: certificate, keyPath: key)
        case (nil, _): throw error(.apiTLSCertificate, "is missing beside api.tls_key_path")
        case (_, nil): throw error(.apiTLSKey, "is missing beside api.tls_cert_path")
        }
    }

    func databasePath() throws -> String {
        guard case .sqlite(let path) = try DatabaseURL(source) else {
            throw error(.databaseURL, "names PostgreSQL, which this version does not have yet: use sqlite:FILE")
        }
        return path
    }

    func error(_ key: SettingKey, _ problem: String) -> SettingsError {
        SettingsError("\(key.label) \(problem)")
    }
}

extension SettingReader {
    private enum Mode: String, CaseIterable {
        case production, sandbox
    }

    private enum AnswerVersion: String, CaseIterable {
        case send, omit
    }

    private enum UnreadableID: String, CaseIterable {
        case null
        case zero = "0"
    }

    private func answerStyle() throws -> RPCAnswerStyle {
        RPCAnswerStyle(
            sendsVersion: try choice(.paymeAnswerVersion, AnswerVersion.self) == .send,
            unreadableID: try choice(.paymeUnreadableID, UnreadableID.self) == .null ? .null : 0)
    }

    /// Payme's part; nil when there is no key. The rest is read all the same, so that what is malformed is refused
    /// before somebody adds the key.
    func payme() throws -> PaymeConfiguration? {
        let key = try secret(.paymeKey, minimum: 8)
        let login = try text(.paymeLogin)
        guard !login.contains(":"), login.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw error(.paymeLogin, "must be visible ASCII without a colon")
        }
        let field = try text(.paymeAccountField)
        guard field.utf8.count <= 64, field.utf8.allSatisfy({ Self.isWordByte($0) }) else {
            throw error(.paymeAccountField, "must be letters, digits and _, not '\(field)'")
        }
        let mode = try choice(.paymeMode, Mode.self)
        let standard =
            mode == .sandbox ? PaymeConfiguration.sandboxCheckout : PaymeConfiguration.productionCheckout
        let checkout = try optional(.paymeCheckoutURL) ?? standard
        guard let url = URL(string: checkout), ["https", "http"].contains(url.scheme), url.host != nil,
            !checkout.hasSuffix("/")
        else { throw error(.paymeCheckoutURL, "must be like https://checkout.paycom.uz, without a slash at the end") }
        let merchantID = try merchantID()
        if key == nil, merchantID != nil {
            throw error(.paymeKey, "is missing beside payme.merchant_id: set it, or remove both")
        }
        let configuration = PaymeConfiguration(
            key: key ?? "off", login: login, merchantID: merchantID, accountField: field,
            busyOrderError: try choice(.paymeBusyOrderError, PaymeConfiguration.BusyOrderError.self),
            refunds: try choice(.paymeRefunds, PaymeConfiguration.Refunds.self),
            createTime: try choice(.paymeCreateTime, PaymeConfiguration.CreateTime.self),
            expiry: try choice(.paymeExpiry, PaymeConfiguration.Expiry.self), answerStyle: try answerStyle(),
            checkoutURL: checkout)
        return key == nil ? nil : configuration
    }

    func paymeAddresses() throws -> AddressList? {
        switch try text(.paymeAllowedAddresses) {
        case "any": nil
        case "payme": AddressList(PaymeConfiguration.publishedAddresses.joined(separator: ","))
        case let list: try addresses(.paymeAllowedAddresses, list)
        }
    }

    private func merchantID() throws -> String? {
        guard let id = try optional(.paymeMerchantID) else { return nil }
        guard id.utf8.count <= 64, id.utf8.allSatisfy({ Self.isWordByte($0) || $0 == UInt8(ascii: "-") }) else {
            throw error(.paymeMerchantID, "must be letters, digits, - and _, not '\(id)'")
        }
        return id
    }

    static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
