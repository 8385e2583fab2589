/// The look of the HTML report.
enum HTMLStyle {
    static let css = """
        :root{--paper:#fff;--ink:#1b1f24;--quiet:#667080;--line:#e3e6ea;--soft:#f6f7f9;
        --passed:#1a7f4b;--noted:#9a6700;--missed:#c6303e;--skipped:#667080;--link:#0b62c4}
        @media (prefers-color-scheme:dark){:root{--paper:#14171b;--ink:#e4e8ec;--quiet:#98a2b0;--line:#2b3037;
        --soft:#1b1f24;--passed:#4cc38a;--noted:#e0b34a;--missed:#ff7b85;--skipped:#98a2b0;--link:#7ab7ff}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--paper);color:var(--ink);
        font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
        main{max-width:60rem;margin:0 auto;padding:2.5rem 1.25rem 4rem}
        h1{font-size:1.9rem;line-height:1.2;margin:.1rem 0 .3rem;display:flex;flex-wrap:wrap;gap:.6rem;
        align-items:center}
        h2{font-size:1.05rem;margin:2.4rem 0 .6rem;padding-bottom:.35rem;border-bottom:1px solid var(--line)}
        a{color:var(--link)}
        code,pre,.url,td{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;
        font-size:.84em}
        .kicker{margin:0;color:var(--quiet);text-transform:uppercase;letter-spacing:.08em;font-size:.75rem}
        .url{margin:0 0 1.2rem;color:var(--quiet);overflow-wrap:anywhere}
        .quiet{color:var(--quiet)}
        .badge{display:inline-block;border:1px solid currentColor;border-radius:99px;padding:.05rem .6rem;
        font-size:.72rem;font-weight:600;line-height:1.5;white-space:nowrap}
        h1 .badge{font-size:.85rem;padding:.15rem .8rem}
        .badge.passed,.tile.passed b{color:var(--passed)}
        .badge.noted,.tile.noted b{color:var(--noted)}
        .badge.missed,.tile.missed b{color:var(--missed)}
        .badge.skipped,.tile.skipped b{color:var(--skipped)}
        .tiles{display:grid;grid-template-columns:repeat(4,1fr);gap:.7rem}
        .tile{background:var(--soft);border-radius:10px;padding:.7rem 1rem;color:var(--quiet);font-size:.85rem}
        .tile b{display:block;font-size:1.6rem;line-height:1.2;font-variant-numeric:tabular-nums}
        .bar{display:flex;gap:2px;height:8px;margin:.8rem 0 0;border-radius:4px;overflow:hidden}
        .bar i{background:var(--passed)}.bar .noted{background:var(--noted)}
        .bar .missed{background:var(--missed)}.bar .skipped{background:var(--skipped)}
        .alert,.remark{border-left:3px solid var(--missed);background:var(--soft);padding:.6rem .9rem;
        border-radius:0 8px 8px 0;margin:1rem 0 0}
        .remark{border-color:var(--noted);margin:.5rem 0}
        .facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(11rem,1fr));gap:.8rem 1.4rem;
        margin:1.6rem 0 0}
        .facts dt,.why dt,th{color:var(--quiet);font-size:.78rem;font-weight:500}
        .facts dd{margin:0;overflow-wrap:anywhere}
        .misses{padding-left:1.4rem}.misses li{margin:.35rem 0;overflow-wrap:anywhere}
        .scenario{border-bottom:1px solid var(--line)}
        .scenario>summary{display:flex;gap:.7rem;align-items:baseline;padding:.45rem 0;cursor:pointer;list-style:none}
        .scenario>summary::-webkit-details-marker{display:none}
        .scenario>summary .badge{min-width:4.6rem;text-align:center}
        .scenario>summary .title{flex:1}
        .scenario>summary code{color:var(--quiet)}
        .scenario>summary:hover .title{text-decoration:underline}
        .body{padding:.2rem 0 1.2rem 5.3rem}
        .why{display:grid;grid-template-columns:5.5rem 1fr;gap:.3rem .8rem;margin:.3rem 0 1rem}
        .why dd{margin:0}.why dt{padding-top:.1rem}
        .step{border:1px solid var(--line);border-left:3px solid var(--passed);border-radius:8px;margin:.6rem 0;
        padding:.5rem .8rem;break-inside:avoid}
        .step.noted{border-left-color:var(--noted)}.step.missed{border-left-color:var(--missed)}
        table{border-collapse:collapse;width:100%}
        th{text-align:left;vertical-align:top;width:5.2rem;padding:.15rem .6rem .15rem 0;
        font-family:inherit;font-size:.78rem}
        td{padding:.15rem 0;overflow-wrap:anywhere}
        .problem th,.problem td{color:var(--missed)}
        .exchange{margin-top:.35rem;font-size:.85rem}.exchange summary{cursor:pointer;color:var(--quiet)}
        pre{background:var(--soft);border-radius:8px;padding:.7rem .9rem;margin:.4rem 0;white-space:pre-wrap;
        overflow-wrap:anywhere;max-height:22rem;overflow:auto}
        .blind dt{font-weight:600;margin-top:.7rem}.blind dd{margin:0;color:var(--quiet)}
        @media (max-width:40rem){.tiles{grid-template-columns:repeat(2,1fr)}.body{padding-left:0}
        .scenario>summary{flex-wrap:wrap}.scenario>summary code{flex-basis:100%}}
        @media print{:root{--paper:#fff;--ink:#000;--quiet:#555;--line:#ccc;--soft:#f4f4f4;--passed:#1a7f4b;
        --noted:#9a6700;--missed:#c6303e;--skipped:#555;--link:#000}
        body{font-size:10.5pt}main{max-width:none;padding:0}pre{max-height:none}.body{padding-left:0}
        .scenario::details-content{content-visibility:visible;display:block}
        .scenario .exchange:not([open]){display:none}}
        """
}
