export default function Hero({ words }) {
  return <section data-mitate="hero" className="hero">{words && <h2>{words}</h2>}</section>;
}
