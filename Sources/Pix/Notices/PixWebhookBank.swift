import Specification
import StrictJSON

/// A bank that can be told where its notices go.
public protocol PixWebhookBank: Sendable {
    /// Where notices of payments to that key go; nil: nowhere.
    func webhook(for key: PixKey) async throws(PixBankError) -> String?
    /// Tells the bank where notices go, instead of where they went.
    ///
    /// - Parameter url: begins with `https://`; the bank adds `/pix`.
    func registerWebhook(_ url: String, for key: PixKey) async throws(PixBankError)
}

extension InterBank: PixWebhookBank {
    public func webhook(for key: PixKey) async throws(PixBankError) -> String? {
        do throws(PixBankError) {
            return try await call(.findWebhook, ["chave": Self.inPath(key)])["webhookUrl"]?.stringValue
        } catch {
            guard error == .notFound else { throw error }
            return nil
        }
    }

    public func registerWebhook(_ url: String, for key: PixKey) async throws(PixBankError) {
        _ = try await call(.registerWebhook, ["chave": Self.inPath(key)], ["webhookUrl": .string(url)])
    }

    /// A telephone goes without its plus here. Source: pix.md 4.4
    private static func inPath(_ key: PixKey) -> String {
        key.kind == .phone ? String(key.text.dropFirst()) : key.text
    }
}
