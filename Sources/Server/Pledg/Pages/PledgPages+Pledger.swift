import Hummingbird
import Pledg

extension PledgPages {
    func share(_ call: Call, _ action: PledgerAction?, _ form: PledgForm) async throws -> Response {
        let token = call.token
        switch action {
        case .pay:
            let payer = form["payer"]
            let email = payer.allSatisfy(\.isWhitespace) ? nil : payer
            return try await begin(
                call, form, { try await gateway.startShare(token, gateway: $0, payerEmail: email) }, payer: email)
        case .again: return try await finish(call, "again", try await gateway.giveUpShare(token))
        case .decline: return try await finish(call, "declined", try await gateway.decline(token))
        case .mute: return try await finish(call, "muted", try await gateway.muteReminders(token))
        case nil: throw Miss.link
        }
    }
}
