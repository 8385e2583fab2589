import Click
import Foundation

extension SettingReader {
    /// Click's part; nil when there is no service. The rest is read all the same, so that what is malformed is refused
    /// before somebody adds the service.
    func click() throws -> ClickConfiguration? {
        let service = try number(.clickServiceID)
        let secret = try secret(.clickSecretKey, minimum: 8)
        let merchant = try number(.clickMerchantID)
        let user = try number(.clickMerchantUserID)
        switch (service, secret) {
        case (nil, .some): throw error(.clickServiceID, "is missing beside click.secret_key: set both, or none")
        case (.some, nil): throw error(.clickSecretKey, "is missing beside click.service_id: set both, or none")
        default: break
        }
        if service == nil, merchant != nil || user != nil {
            throw error(.clickServiceID, "is missing: set it with click.secret_key, or remove everything of Click's")
        }
        let account = try text(.clickAdvancedAccount)
        guard account.utf8.count <= 64, account.utf8.allSatisfy({ Self.isWordByte($0) }) else {
            throw error(.clickAdvancedAccount, "must be letters, digits and _, not '\(account)'")
        }
        let configuration = ClickConfiguration(
            serviceID: service ?? 0, secretKey: secret ?? "off", merchantID: merchant, merchantUserID: user,
            cancelAfterPerform: try choice(.clickCancelAfterPerform, ClickConfiguration.CancelAfterPerform.self),
            unconfirmedCancel: try choice(.clickUnconfirmedCancel, ClickConfiguration.UnconfirmedCancel.self),
            attemptMismatch: try choice(.clickAttemptMismatch, ClickConfiguration.AttemptMismatch.self),
            reservationMilliseconds: Int64(try integer(.clickReserveMinutes, 0...1_440)) * 60_000,
            advancedShop: try choice(.clickAdvancedShop, ClickConfiguration.AdvancedShop.self),
            advancedAccount: account, payURL: try url(.clickPayURL), apiURL: try secureURL(.clickAPIURL))
        return service == nil ? nil : configuration
    }

    func clickAddresses() throws -> AddressList? {
        let text = try text(.clickAllowedAddresses)
        return text == "any" ? nil : try addresses(.clickAllowedAddresses, text)
    }

    func clickTestOrigin() throws -> String? {
        guard let text = try optional(.clickTestOrigin) else { return nil }
        guard let url = URL(string: text), let scheme = url.scheme, let host = url.host,
            ["https", "http"].contains(scheme),
            text == "\(scheme)://\(host)" + (url.port.map { ":\($0)" } ?? "")
        else { throw error(.clickTestOrigin, "must be an origin such as https://docs.click.uz, not '\(text)'") }
        return text
    }

    private func number(_ key: SettingKey) throws -> Int64? {
        guard let text = try optional(key) else { return nil }
        guard let number = Int64(text), number > 0, String(number) == text else {
            throw error(key, "must be a whole number above 0, not '\(text)'")
        }
        return number
    }

    /// Keys go there, and what comes back decides about money.
    private func secureURL(_ key: SettingKey) throws -> String {
        let text = try url(key)
        let host = URL(string: text)?.host ?? ""
        guard text.hasPrefix("https://") || ["127.0.0.1", "localhost", "::1", "[::1]"].contains(host) else {
            throw error(key, "must begin with https:// unless it is this machine's own address")
        }
        return text
    }

    private func url(_ key: SettingKey) throws -> String {
        let text = try text(key)
        guard let url = URL(string: text), ["https", "http"].contains(url.scheme), url.host != nil, url.query == nil,
            !text.hasSuffix("/"), !text.hasSuffix("?")
        else { throw error(key, "must be an http(s) URL without a slash or a question mark at the end") }
        return text
    }
}
