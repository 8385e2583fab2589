import Foundation
import Payments
import Specification
import StrictJSON

/// Tokens, one for each set of scopes: asked for once, whoever needs one, and renewed before they run out.
///
/// Source: pix.md 4.1
actor InterTokens {
    private struct Token {
        let text: String
        let renewAt: Int64
    }

    private let clock: TimeSource
    private let ask: @Sendable ([String]) async -> Result<(text: String, seconds: Int64), PixBankError>
    private var tokens: [[String]: Token] = [:]
    private var underWay: [[String]: Task<Result<String, PixBankError>, Never>] = [:]

    /// How long before its end a token is renewed, milliseconds.
    private static let marginMilliseconds: Int64 = 60_000
    /// A longer life is not believed, seconds.
    private static let lifetimeMaximum: Int64 = 86_400

    init(
        clock: TimeSource,
        ask: @escaping @Sendable ([String]) async -> Result<(text: String, seconds: Int64), PixBankError>
    ) {
        self.clock = clock
        self.ask = ask
    }

    /// - Parameter refused: a token that the bank did not take; nil: none.
    func token(for scopes: [String], insteadOf refused: String? = nil) async -> Result<String, PixBankError> {
        // Somebody else may have renewed it meanwhile.
        if let refused, tokens[scopes]?.text == refused { tokens[scopes] = nil }
        if let token = tokens[scopes], clock.now < token.renewAt { return .success(token.text) }
        if let task = underWay[scopes] { return await task.value }
        let task = Task { await renew(scopes) }
        underWay[scopes] = task
        return await task.value
    }

    private func renew(_ scopes: [String]) async -> Result<String, PixBankError> {
        let answer = await ask(scopes)
        underWay[scopes] = nil
        switch answer {
        case .failure(let error): return .failure(error)
        case .success(let (text, lifetime)):
            let seconds = min(lifetime, Self.lifetimeMaximum)
            let margin = min(Self.marginMilliseconds, seconds * 500)
            tokens[scopes] = Token(text: text, renewAt: clock.now + seconds * 1_000 - margin)
            return .success(text)
        }
    }
}
