import Delivery

extension SettingReader {
    private enum PrivateTargets: String, CaseIterable {
        case refuse, allow
    }

    /// How the shop is called; nil when it is not.
    func shopCalls() throws -> ServerSettings.ShopCalls? {
        let allowsPrivate = try choice(.merchantPrivateTargets, PrivateTargets.self) == .allow
        let webhook = try target(.merchantWebhookURL, allowsPrivate)
        let check = try target(.merchantCheckURL, allowsPrivate)
        let signer = try signer()
        guard webhook != nil || check != nil else { return nil }
        guard let signer else {
            throw error(
                .merchantWebhookSecret,
                "is missing beside \(webhook == nil ? "merchant.check_url" : "merchant.webhook_url"): make one with "
                    + "`echo whsec_$(openssl rand -base64 32)`, and give it to the shop")
        }
        return ServerSettings.ShopCalls(webhook: webhook, check: check, signer: signer)
    }

    private func target(_ key: SettingKey, _ allowsPrivate: Bool) throws -> OutboundTarget? {
        guard let text = try optional(key) else { return nil }
        do {
            return try OutboundTarget(text, allowsPrivate: allowsPrivate)
        } catch {
            throw self.error(key, error.description)
        }
    }

    private func signer() throws -> WebhookSigner? {
        guard let text = try secret(.merchantWebhookSecret, minimum: 8) else { return nil }
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count <= 2 else {
            throw error(.merchantWebhookSecret, "must be one key, or two with a comma between them")
        }
        do {
            let secrets = try parts.map { try WebhookSecret(String($0)) }
            return WebhookSigner(secrets[0], and: secrets.count == 2 ? secrets[1] : nil)
        } catch {
            throw self.error(.merchantWebhookSecret, "\(error)")
        }
    }
}
