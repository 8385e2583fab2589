import Foundation
import Payments
import Sandbox
import StrictJSON
import TestSupport
import Testing

extension EndToEnd {
    // Invariant: whenever the server dies, a charge is made once at the bank, paid once here, or off at both.
    //
    //     five shops                       the server              a bank that fails, and its customers
    //     -------------------------------  ----------------------  ---------------------------------------
    //     POST /payments/pix, key 1, 2 …  ─▶ row, then PUT /cob    ─▶ answers lost, refused, cut, late
    //     POST /pix/payments, txid 1, 2 …    row, then a payout        customers pay what is open, by notices
    //     parts of payments asked back       row, then a refund
    //     now and then: call it off          PATCH /cob                that come to a server that may be dead
    //     answers written down               SIGKILL, at whatever instant; started again
    //     every key once more             ─▶ the charge of before
    //                                        in the end: database against bank against answers
    @Suite("Pix on a server that is killed")
    struct PixCrashes {
        @Test("makes each charge, each payment and each refund once, and what is off cannot be paid")
        func killed() async throws {
            OpenFiles.raiseLimit()
            let seed = Prove.seed("pix crash")
            let bank = PixBankSandbox(PixCrashRun.configuration) { Int64(Date().timeIntervalSince1970 * 1_000) }
            bank.conduct.limits = .none
            let (problems, run, heard) = try await bank.serving(isDelivering: true) { url in
                let run = PixCrashRun(bank: bank, url: url, folder: TemporaryFolder(), seed: seed)
                for round in 0..<Prove.count(12, long: 100) { try await run.round(round) }
                let heard = run.book.contents.heard.count
                return (try await run.end(), run, heard)
            }
            #expect(problems.isEmpty, "seed \(seed): \(problems.prefix(20))")
            let book = run.book.contents
            let paid = bank.receipts.count
            print(
                "pix crash: \(book.keys.count) charges, \(heard) heard of before the end, \(paid) paid, "
                    + "\(bank.callCount(.putCharge)) times PUT, \(bank.payouts.count) payouts, "
                    + "\(book.wishes.count) refunds in \(bank.callCount(.requestRefund)) calls")
            // Enough of everything: else nothing was proved.
            #expect(heard < book.keys.count && heard > 12)
            #expect(paid > 10 && bank.charges.contains { $0.status == .removedByReceiver })
            #expect(bank.callCount(.putCharge) > bank.charges.count && bank.payouts.count == 6)
            #expect(book.wishes.count >= 10 && bank.callCount(.requestRefund) > book.wishes.count)
        }
    }
}
